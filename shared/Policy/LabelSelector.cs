using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Which labels are wanted, over the fields that say so. Matches as the API server does, every pair of <c>matchLabels</c>
/// and every expression; one that the API server would refuse matches nothing. What is filled in later (<c>${APP}</c>) is
/// compared as it is written. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
/// </summary>
public readonly struct LabelSelector
{
    private readonly Field labels;
    private readonly Field expressions;
    private readonly WordList? ignored;

    private LabelSelector(Field labels, Field expressions, WordList? ignored)
    {
        this.labels = labels;
        this.expressions = expressions;
        this.ignored = ignored;
    }

    /// <summary>True when nothing is wanted: then everything matches.</summary>
    public bool IsEmpty
    {
        get
        {
            foreach (var label in labels.Entries)
            {
                if (!IsIgnored(label.Utf8Key))
                {
                    return false;
                }
            }

            return expressions.Count == 0 && !IsMisshapen;
        }
    }

    /// <summary>False where the API server would refuse it; <see cref="Problem"/> says why.</summary>
    public bool IsValid => Problem() is null;

    /// <summary>True where something of it is filled in later. Allocates; for findings.</summary>
    internal bool IsTemplated => TemplateText.IsExpression(Encoding.UTF8.GetBytes(ToString()));

    /// <summary>The labels that are wanted with one value each, less those that are ignored.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs
    {
        get
        {
            foreach (var label in labels.Entries)
            {
                if (!IsIgnored(label.Utf8Key))
                {
                    yield return new(label.Key, label.Value.Text ?? "");
                }
            }
        }
    }

    private bool IsMisshapen => (labels.Exists && !labels.IsMap) || (expressions.Exists && !expressions.IsList);

    /// <summary>A field with <c>matchLabels</c> and <c>matchExpressions</c>. Where it is absent, everything matches; whether that is meant, the caller knows.</summary>
    public static LabelSelector Of(Field selector) =>
        selector.Exists && !selector.IsMap
            ? new(selector, default, null)
            : new(selector[Name.MatchLabels], selector[Name.MatchExpressions], null);

    /// <summary>A map of labels that all have to be there, as a Service has it.</summary>
    /// <param name="ignored">Keys that count as not written; null for none.</param>
    public static LabelSelector OfLabels(Field labels, WordList? ignored = null) => new(labels, default, ignored);

    /// <summary>Why the API server would refuse the selector; null where it would not.</summary>
    public string? Problem()
    {
        if (IsMisshapen)
        {
            return labels.Exists && !labels.IsMap ? "the labels are no map" : "matchExpressions is no list";
        }

        foreach (var label in labels.Entries)
        {
            if (!IsIgnored(label.Utf8Key) && (ProblemOfKey(label.Utf8Key) ?? ProblemOfValue(label.Value)) is { } problem)
            {
                return problem;
            }
        }

        foreach (var expression in expressions.Elements)
        {
            if (ProblemOf(expression) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <param name="carried">A map; absent for no labels.</param>
    public bool Matches(Field carried) => IsValid && IsMetBy(carried);

    /// <summary><c>app=web, tier in (a, b), !canary</c>, as kubectl takes it; <c>everything</c> when it is empty.</summary>
    public override string ToString()
    {
        var wanted = new List<string>();
        foreach (var label in labels.Entries)
        {
            if (!IsIgnored(label.Utf8Key))
            {
                wanted.Add($"{label.Key}={label.Value.Text}");
            }
        }

        foreach (var expression in expressions.Elements)
        {
            var key = expression[Name.Key].Text;
            var values = string.Join(", ", TextsOf(expression[Name.Values]));
            wanted.Add(expression[Name.Operator].Text switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => $"{key}",
                "DoesNotExist" => $"!{key}",
                var other => $"{key} {other} ({values})",
            });
        }

        return wanted.Count == 0 ? "everything" : string.Join(", ", wanted);
    }

    /// <summary>As <see cref="Matches"/>, of a selector without a problem.</summary>
    internal bool IsMetBy(Field carried)
    {
        foreach (var label in labels.Entries)
        {
            if (!IsIgnored(label.Utf8Key) && !(Find(carried, label.Utf8Key, out var value) && value.Utf8.SequenceEqual(label.Value.Utf8)))
            {
                return false;
            }
        }

        foreach (var expression in expressions.Elements)
        {
            var has = Find(carried, expression[Name.Key].Utf8, out var value);
            var isMet = Operator(expression) switch
            {
                LabelOperator.In => has && Holds(expression[Name.Values], value),
                LabelOperator.NotIn => !has || !Holds(expression[Name.Values], value),
                LabelOperator.Exists => has,
                _ => !has,
            };
            if (!isMet)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// What every match has to carry: the key, and one of the values, or any where there are none. Whatever is wanted not to
    /// be there is left out.
    /// </summary>
    internal IEnumerable<LabelAnchor> Anchors()
    {
        foreach (var (key, value) in Pairs)
        {
            yield return new(key, [value]);
        }

        foreach (var expression in expressions.Elements)
        {
            switch (Operator(expression))
            {
                case LabelOperator.In:
                    yield return new(expression[Name.Key].Text ?? "", [.. TextsOf(expression[Name.Values]).Distinct()]);
                    break;
                case LabelOperator.Exists:
                    yield return new(expression[Name.Key].Text ?? "", []);
                    break;
            }
        }
    }

    /// <summary>Why what matches nothing is not mended: what a person has to decide, unless the labels are not known yet.</summary>
    internal Refusal Refuse(string decision) =>
        IsTemplated ? new Refusal(RefusalCode.Templated, $"the labels of {this} are filled in later") : Refusal.NeedsDecision(decision);

    /// <summary>The value of a label, empty where it is null; null where there is no such label.</summary>
    internal static string? ValueOf(Field labels, string key)
    {
        foreach (var label in labels.Entries)
        {
            if (label.Key == key)
            {
                return label.Value.Text ?? "";
            }
        }

        return null;
    }

    private static bool Find(Field labels, ReadOnlySpan<byte> key, out Field value)
    {
        foreach (var label in labels.Entries)
        {
            if (label.Utf8Key.SequenceEqual(key))
            {
                value = label.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool Holds(Field values, Field wanted)
    {
        foreach (var value in values.Elements)
        {
            if (value.Utf8.SequenceEqual(wanted.Utf8))
            {
                return true;
            }
        }

        return false;
    }

    private static List<string> TextsOf(Field values)
    {
        var texts = new List<string>();
        foreach (var value in values.Elements)
        {
            texts.Add(value.Text ?? "");
        }

        return texts;
    }

    private static string? ProblemOf(Field expression)
    {
        var values = expression[Name.Values];
        if (ProblemOfKey(expression[Name.Key].Utf8) is { } problem)
        {
            return problem;
        }

        if (values.Exists && !values.IsList)
        {
            return "the values of an expression are no list";
        }

        switch (Operator(expression))
        {
            case LabelOperator.None:
                return $"the operator {Seen.Of(expression[Name.Operator])} is none of In, NotIn, Exists and DoesNotExist";
            case LabelOperator.In or LabelOperator.NotIn when values.Count == 0:
                return $"the operator {expression[Name.Operator].Text} has no values";
            case LabelOperator.Exists or LabelOperator.DoesNotExist when values.Count > 0:
                return $"the operator {expression[Name.Operator].Text} has values";
        }

        foreach (var value in values.Elements)
        {
            if (ProblemOfValue(value) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static LabelOperator Operator(Field expression)
    {
        var text = expression[Name.Operator];
        return text.Is("In"u8) ? LabelOperator.In
            : text.Is("NotIn"u8) ? LabelOperator.NotIn
            : text.Is("Exists"u8) ? LabelOperator.Exists
            : text.Is("DoesNotExist"u8) ? LabelOperator.DoesNotExist
            : LabelOperator.None;
    }

    private static string? ProblemOfKey(ReadOnlySpan<byte> key) =>
        LabelText.IsKey(key) || TemplateText.IsExpression(key) ? null : $"'{Encoding.UTF8.GetString(key)}' is no key of a label";

    private static string? ProblemOfValue(Field value) =>
        value.IsMap || value.IsList || !(LabelText.IsValue(value.Utf8) || TemplateText.IsExpression(value.Utf8))
            ? $"{Seen.Of(value)} is no value of a label"
            : null;

    private bool IsIgnored(ReadOnlySpan<byte> key) => ignored is not null && ignored.Contains(key);

    private enum LabelOperator
    {
        None,
        In,
        NotIn,
        Exists,
        DoesNotExist,
    }
}

/// <summary>A key that all matches carry, and the values of which they carry one; no values where any will do.</summary>
internal sealed record LabelAnchor(string Key, IReadOnlyList<string> Values);
