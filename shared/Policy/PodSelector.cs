using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A label selector as an object writes it. It matches as the API server does: all labels and all expressions have to
/// hold, an empty selector takes every pod, and one that is not there takes none. Asking it allocates nothing. One that
/// asks for more than <see cref="MostLabels"/> labels, or is asked about more, is taken to match.
/// </summary>
internal readonly struct PodSelector
{
    /// <summary>No pod has as many; compared pairwise, longer lists would cost too much.</summary>
    private const int MostLabels = 128;

    private readonly bool isThere;
    private readonly Field matchExpressions;

    private PodSelector(bool isThere, Field matchLabels, Field matchExpressions)
    {
        this.isThere = isThere;
        MatchLabels = matchLabels;
        this.matchExpressions = matchExpressions;
    }

    /// <summary>The labels that have to be there with these very values.</summary>
    public Field MatchLabels { get; }

    /// <summary>True where the selector asks for nothing, be it there or not.</summary>
    public bool IsEmpty => MatchLabels.Count == 0 && matchExpressions.Count == 0;

    public bool HasExpressions => matchExpressions.Count > 0;

    /// <summary>False where an expression makes no sense, so that the API server would refuse it.</summary>
    public bool IsValid
    {
        get
        {
            foreach (var expression in matchExpressions.Elements)
            {
                var takesValues = expression[Name.Operator].Is("In"u8) || expression[Name.Operator].Is("NotIn"u8);
                var takesNone = expression[Name.Operator].Is("Exists"u8) || expression[Name.Operator].Is("DoesNotExist"u8);
                if (!(takesValues && expression[Name.Values].Count > 0) && !(takesNone && expression[Name.Values].Count == 0))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public static PodSelector Of(Field selector) => new(selector.Exists, selector[Name.MatchLabels], selector[Name.MatchExpressions]);

    /// <summary>The selector of the older kinds: a map of labels.</summary>
    public static PodSelector OfMap(Field labels) => new(labels.Exists, labels, default);

    /// <summary>The value of a label or annotation, be it null; absent where there is no such key.</summary>
    public static Field Find(Field labels, ReadOnlySpan<byte> key)
    {
        foreach (var entry in labels.Entries)
        {
            if (entry.Utf8Key.SequenceEqual(key))
            {
                return entry.Value;
            }
        }

        return default;
    }

    /// <summary>True when pods with these labels are found.</summary>
    public bool Matches(Field labels)
    {
        if (!isThere || !IsValid)
        {
            return false;
        }

        if (IsTooLong(labels))
        {
            return true;
        }

        foreach (var wanted in MatchLabels.Entries)
        {
            if (!Has(Find(labels, wanted.Utf8Key), wanted.Value))
            {
                return false;
            }
        }

        return HoldExpressions(labels, default);
    }

    /// <summary>True when they would be found if those labels were added that are missing altogether.</summary>
    public bool WouldMatch(Field labels)
    {
        if (!isThere || !IsValid)
        {
            return false;
        }

        if (IsTooLong(labels))
        {
            return true;
        }

        foreach (var wanted in MatchLabels.Entries)
        {
            var label = Find(labels, wanted.Utf8Key);
            if (label.IsWritten && !Has(label, wanted.Value))
            {
                return false;
            }
        }

        return HoldExpressions(labels, MatchLabels);
    }

    private bool IsTooLong(Field labels) => MatchLabels.Count > MostLabels || matchExpressions.Count > MostLabels || labels.Count > MostLabels;

    /// <summary>What is filled in later may be the same.</summary>
    private static bool Has(Field label, Field wanted) =>
        label.IsWritten
        && (label.Utf8.SequenceEqual(wanted.Utf8) || TemplateText.IsExpression(label.Utf8) || TemplateText.IsExpression(wanted.Utf8));

    private bool HoldExpressions(Field labels, Field added)
    {
        foreach (var expression in matchExpressions.Elements)
        {
            var key = expression[Name.Key].Utf8;
            var label = Find(labels, key);
            if (!Holds(expression, label.IsWritten ? label : Find(added, key)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds(Field expression, Field label)
    {
        var wanted = expression[Name.Operator];
        if (wanted.Is("Exists"u8))
        {
            return label.IsWritten;
        }

        if (wanted.Is("DoesNotExist"u8))
        {
            return !label.IsWritten;
        }

        var isAmong = false;
        foreach (var value in expression[Name.Values].Elements)
        {
            isAmong |= Has(label, value);
        }

        return isAmong == wanted.Is("In"u8);
    }
}
