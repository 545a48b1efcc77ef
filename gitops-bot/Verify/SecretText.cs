using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Secrets inside of a text, by the name before them: connection strings, settings, queries of URLs, options of commands.</summary>
internal static partial class SecretText
{
    public const string Mask = "[masked]";

    /// <summary>Name and value, in their order. What a name leads to is none: a whole <c>$(X)</c>, <c>${X}</c>, <c>$X</c> or <c>{{ x }}</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Find(string text) => Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value));

    /// <summary>The text with each such value masked.</summary>
    public static string Masked(string text)
    {
        var at = 0;
        StringBuilder? masked = null;
        foreach (var match in Matches(text))
        {
            var value = match.Groups["value"];
            (masked ??= new()).Append(text, at, value.Index - at).Append(Mask);
            at = value.Index + value.Length;
        }

        return masked?.Append(text, at, text.Length - at).ToString() ?? text;
    }

    /// <summary>True for a value that holds nothing itself, and is filled in as a whole.</summary>
    public static bool IsReference(string value) => Reference().IsMatch(value);

    /// <summary>True where the text has the form of a credential, or a value in it a name that speaks of one.</summary>
    public static bool IsSeen(string text) => CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null || Matches(text).Any();

    private static IEnumerable<Match> Matches(string text)
    {
        // Most texts are words and numbers.
        if (!text.AsSpan().ContainsAny(":= ") )
        {
            yield break;
        }

        for (var match = Pair().Match(text); match.Success;)
        {
            var value = match.Groups["value"];
            var isSecret = SecretName.Is(match.Groups["name"].Value.TrimStart('-')) && value.Length > 0 && !IsReference(value.Value) && !IsFlag(value.Value);
            if (isSecret)
            {
                yield return match;
            }

            // What stands in the place of a value may be the next name.
            match = Pair().Match(text, isSecret ? value.Index + value.Length : Math.Max(match.Groups["name"].Index + match.Groups["name"].Length, match.Index + 1));
        }
    }

    private static bool IsFlag(string value) => value is "true" or "false" or "null" or "~" || value == Mask;

    /// <summary><c>name=value</c>, <c>name: value</c>, <c>"name": "value"</c>, <c>--name value</c>.</summary>
    [GeneratedRegex("""(?<![A-Za-z0-9_.-])(?:(?<name>[A-Za-z-][A-Za-z0-9_.-]{0,127})["']?\s{0,8}(?:=>|:=|=|:(?!//))\s{0,64}|(?<name>--?[A-Za-z][A-Za-z0-9_.-]{0,127})\s{1,8})(?:"(?<value>[^"]+)|'(?<value>[^']+)|(?<value>\{\{[^{}]*\}\}[^\s"';&]*)|(?<value>[^\s"';&][^\s;&"']*))""")]
    private static partial Regex Pair();

    [GeneratedRegex("""^(?:\$\([A-Za-z_][A-Za-z0-9_.-]*\)|\$\{[A-Za-z_][A-Za-z0-9_.-]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\{\{[^{}]*\}\})$""")]
    private static partial Regex Reference();
}
