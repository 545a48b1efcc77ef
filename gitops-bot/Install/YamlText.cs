using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Install;

/// <summary>Pieces of YAML to put together. A scalar that somebody else has chosen is always quoted.</summary>
internal static class YamlText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In double quotes, as JSON has it, which YAML reads the same.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Readable);

    /// <summary>A name, in quotes where YAML would take it for something else: a number, say.</summary>
    public static string Scalar(string name) => char.IsAsciiLetter(name[0]) && name is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n") ? name : Quoted(name);

    /// <summary>A list on one line.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quoted))}]";

    /// <summary>The text where the condition holds, else nothing.</summary>
    public static string If(bool condition, string text) => condition ? text : "";

    /// <summary>Every line but empty ones moved to the right.</summary>
    public static string Indent(int columns, string text)
    {
        var indented = new StringBuilder();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            indented.Append(line.Length == 0 ? "" : new string(' ', columns)).Append(line).Append('\n');
        }

        return indented.ToString();
    }

    /// <summary>The <c>rules</c> of an entry of a webhook configuration, one element after the other.</summary>
    public static string Rules(IEnumerable<SubscriptionRule> rules) => string.Concat(rules.Select(rule => $"""
        - apiGroups: {List([rule.Group])}
          apiVersions: {List(rule.Versions)}
          operations: {List(rule.OperationNames)}
          resources: {List(rule.Resources)}
          scope: {(rule.IsNamespaced ? "Namespaced" : "Cluster")}

        """));
}
