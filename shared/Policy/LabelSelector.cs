using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Which labels are wanted, as the API server matches them: every pair of <c>matchLabels</c>, and every expression. An
/// invalid selector matches nothing. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
/// </summary>
public sealed class LabelSelector
{
    private readonly List<(string Key, string Value)> pairs = [];
    private readonly List<(string Key, string Operator, string[] Values)> expressions = [];

    private LabelSelector()
    {
    }

    /// <summary>False where an expression has an operator that does not exist, or values that do not go with it.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>An empty selector matches everything; a selector that is absent is another matter, and its reader's.</summary>
    public bool IsEmpty => pairs.Count == 0 && expressions.Count == 0;

    public IReadOnlyList<(string Key, string Value)> Pairs => pairs;

    /// <summary>Reads a selector with <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
    public static LabelSelector Of(Field selector)
    {
        var result = OfLabels(selector[Name.MatchLabels]);
        foreach (var expression in selector[Name.MatchExpressions].Elements)
        {
            result.Add(expression);
        }

        return result;
    }

    /// <summary>Reads a map of labels that all have to be there, as a Service has it.</summary>
    /// <param name="ignored">Keys that are left out; null for none.</param>
    public static LabelSelector OfLabels(Field labels, WordList? ignored = null)
    {
        var result = new LabelSelector();
        foreach (var entry in labels.Entries)
        {
            var key = entry.Key;
            if (ignored is null || !ignored.Contains(key, StringComparer.Ordinal))
            {
                result.pairs.Add((key, entry.Value.Text ?? ""));
            }
        }

        return result;
    }

    /// <param name="labels">A map; absent for no labels.</param>
    public bool Matches(Field labels)
    {
        if (!IsValid)
        {
            return false;
        }

        foreach (var (key, value) in pairs)
        {
            if (ValueOf(labels, key) != value)
            {
                return false;
            }
        }

        foreach (var (key, @operator, values) in expressions)
        {
            var seen = ValueOf(labels, key);
            var isMatch = @operator switch
            {
                "In" => seen is not null && values.Contains(seen),
                "NotIn" => seen is null || !values.Contains(seen),
                "Exists" => seen is not null,
                _ => seen is null,
            };
            if (!isMatch)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>app=web, tier in (a, b)</c>, as kubectl takes it; <c>everything</c> when it is empty.</summary>
    public override string ToString() => IsEmpty ? "everything" : string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}").Concat(expressions.Select(each => each.Operator switch
    {
        "In" => $"{each.Key} in ({string.Join(", ", each.Values)})",
        "NotIn" => $"{each.Key} notin ({string.Join(", ", each.Values)})",
        "Exists" => each.Key,
        "DoesNotExist" => $"!{each.Key}",
        _ => $"{each.Key} {each.Operator}",
    })));

    internal static string? ValueOf(Field labels, string key) => labels.IsMap && labels[key] is { Exists: true } label ? label.Text ?? "" : null;

    private void Add(Field expression)
    {
        var values = new List<string>();
        foreach (var value in expression[Name.Values].Elements)
        {
            values.Add(value.Text ?? "");
        }

        var @operator = expression[Name.Operator].Text ?? "";
        var key = expression[Name.Key].Text ?? "";
        IsValid &= key.Length > 0 && @operator switch
        {
            "In" or "NotIn" => values.Count > 0,
            "Exists" or "DoesNotExist" => values.Count == 0,
            _ => false,
        };
        expressions.Add((key, @operator, [.. values]));
    }
}
