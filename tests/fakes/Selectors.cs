using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>Label and field selectors, as text.</summary>
internal sealed partial class Selectors
{
    private readonly List<Func<JsonObject, bool>> all = [];

    public bool IsEmpty => all.Count == 0;

    public static Selectors Parse(string? labels, string? fields)
    {
        var made = new Selectors();
        foreach (var term in Terms(labels ?? ""))
        {
            made.all.Add(Label(term));
        }

        foreach (var term in Terms(fields ?? ""))
        {
            made.all.Add(FieldTerm(term));
        }

        return made;
    }

    public bool Matches(JsonObject item) => all.TrueForAll(term => term(item));

    private static IEnumerable<string> Terms(string text) =>
        SplitOutsideParentheses().Split(text).Select(term => term.Trim()).Where(term => term.Length > 0);

    private static Func<JsonObject, bool> Label(string term)
    {
        if (SetTerm().Match(term) is { Success: true } set)
        {
            var values = set.Groups["values"].Value.Split(',').Select(value => value.Trim()).ToHashSet(StringComparer.Ordinal);
            var key = set.Groups["key"].Value;
            return set.Groups["not"].Success
                ? item => LabelOf(item, key) is not { } value || !values.Contains(value)
                : item => LabelOf(item, key) is { } value && values.Contains(value);
        }

        if (EqualityTerm().Match(term) is { Success: true } equality)
        {
            var (key, wanted) = (equality.Groups["key"].Value, equality.Groups["value"].Value);
            return equality.Groups["not"].Success
                ? item => LabelOf(item, key) != wanted
                : item => LabelOf(item, key) == wanted;
        }

        if (ExistenceTerm().Match(term) is { Success: true } existence)
        {
            var key = existence.Groups["key"].Value;
            return existence.Groups["not"].Success
                ? item => LabelOf(item, key) is null
                : item => LabelOf(item, key) is not null;
        }

        throw FakeRefusal.BadRequest($"unable to parse requirement: {term}");
    }

    private static Func<JsonObject, bool> FieldTerm(string term)
    {
        if (EqualityTerm().Match(term) is not { Success: true } equality)
        {
            throw FakeRefusal.BadRequest($"invalid field selector: {term}");
        }

        var path = equality.Groups["key"].Value;
        if (path is not ("metadata.name" or "metadata.namespace" or "spec.nodeName" or "status.phase" or "spec.serviceAccountName"
            or "type" or "reason" or "involvedObject.kind" or "involvedObject.name" or "involvedObject.namespace" or "involvedObject.uid"))
        {
            throw FakeRefusal.BadRequest($"field label not supported: {path}");
        }

        var wanted = equality.Groups["value"].Value;
        var isNot = equality.Groups["not"].Success;
        return item => (Follow(item, path) == wanted) != isNot;
    }

    private static string Follow(JsonObject item, string path)
    {
        JsonNode? node = item;
        foreach (var step in path.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node?.ToString() ?? "";
    }

    private static string? LabelOf(JsonObject item, string key) => (item["metadata"]?["labels"] as JsonObject)?.Text(key);

    [GeneratedRegex(@",(?![^()]*\))")]
    private static partial Regex SplitOutsideParentheses();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s+(?<not>not)?in\s*\((?<values>[^()]*)\)$")]
    private static partial Regex SetTerm();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s*((?<not>!=)|==?)\s*(?<value>[^\s=!]*)$")]
    private static partial Regex EqualityTerm();

    [GeneratedRegex(@"^(?<not>!)?\s*(?<key>[\w./-]+)$")]
    private static partial Regex ExistenceTerm();
}
