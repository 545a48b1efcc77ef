using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Actions;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Which action an issue is about, in a comment that nobody sees. Whoever may edit the text may edit the note: it is believed
/// only as far as the issue's fingerprint and what the store keeps of it agree.
/// </summary>
internal sealed partial record ActionNote(string Cluster, string Id, string Kind, string Namespace, string Name, IReadOnlyDictionary<string, string> Parameters)
{
    private const string ParameterPrefix = "p.";

    public static ActionNote Of(ClusterAction action) =>
        new(action.Cluster, action.Id, action.Target.Type.Kind, action.Target.Namespace ?? "", action.Target.Name, action.Parameters);

    /// <summary>Null where there is none. The last counts: what comes before may be quoted.</summary>
    public static ActionNote? Find(string body)
    {
        var found = Notes().Matches(body);
        if (found.Count == 0)
        {
            return null;
        }

        var values = Pairs().Matches(found[^1].Groups[1].Value).DistinctBy(pair => pair.Groups[1].Value)
            .ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value, StringComparer.Ordinal);
        string Of(string key) => values.GetValueOrDefault(key) ?? "";
        return new(
            Of("cluster"), Of("id"), Of("kind"), Of("namespace"), Of("name"),
            values.Where(pair => pair.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[ParameterPrefix.Length..], pair => pair.Value));
    }

    public ActionChoice Choose() => ActionCatalogue.Choose(Cluster, Id, Kind, Namespace, Name, Parameters);

    public override string ToString()
    {
        var text = new StringBuilder($"<!-- selfheal:action v1 cluster={Cluster} id={Id} kind={Kind} namespace={Namespace} name={Name}");
        foreach (var (key, value) in Parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $" {ParameterPrefix}{key}={value}");
        }

        return text.Append(" -->").ToString();
    }

    [GeneratedRegex(@"^<!-- selfheal:action v1((?: [a-z.]+=[A-Za-z0-9.-]*)*) -->[ \t\r]*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Notes();

    [GeneratedRegex(" ([a-z.]+)=([A-Za-z0-9.-]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Pairs();
}
