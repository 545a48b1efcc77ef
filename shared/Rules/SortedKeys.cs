using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SortedKeys : ObjectRule
{
    private static readonly SwitchParameter Recursive =
        Parameter.Switch("recursive", "whether the maps inside of an object are judged too", true);

    private readonly bool recursive;

    public SortedKeys()
        : this(ParameterValues.None)
    {
    }

    private SortedKeys(ParameterValues values) => recursive = values.Of(Recursive);

    public override IReadOnlyList<Parameter> Parameters { get; } = [Recursive];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "sorted-keys",
        Title: "Keys are not in alphabetical order",
        Why: "Where a repository keeps its keys in order, a key that is not is overlooked, and two files are harder to compare.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=sorted-keys",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the file is to be sorted. That moves every line and the comments between them, which is a formatter's work and no edit of a field.")
    {
        IsOfLayout = true,
    };

    public override void Check(Subject subject, FindingList findings) => CheckValue(subject.Root, findings);

    protected override Rule Configure(ParameterValues values) => new SortedKeys(values);

    private void CheckValue(Field value, FindingList findings)
    {
        if (value.IsMap)
        {
            CheckKeys(value, findings);
            if (recursive)
            {
                foreach (var entry in value.Entries)
                {
                    CheckInside(entry.Value, findings);
                }
            }
        }
        else if (recursive)
        {
            foreach (var element in value.Elements)
            {
                CheckInside(element, findings);
            }
        }
    }

    /// <summary>What an alias or a merge key brings is judged where it is written.</summary>
    private void CheckInside(Field value, FindingList findings)
    {
        if (!IsElsewhere(value))
        {
            CheckValue(value, findings);
        }
    }

    /// <summary>
    /// Names the first key that stands behind a greater one; bytes are compared, so capitals come first. The place is the
    /// map's, so that a key which an edit adds in front makes no new finding.
    /// </summary>
    private void CheckKeys(Field map, FindingList findings)
    {
        ReadOnlySpan<byte> before = default;
        foreach (var entry in map.Entries)
        {
            if (IsMerged(entry.Value))
            {
                continue;
            }

            var key = entry.Utf8Key;
            if (before.SequenceCompareTo(key) > 0)
            {
                findings.Add(
                    this,
                    map,
                    $"the key '{entry.Key}' stands behind '{System.Text.Encoding.UTF8.GetString(before)}'; keys must be in alphabetical order",
                    Refusal.NeedsDecision("whether the file is to be sorted, by a formatter that moves the comments along"));
                return;
            }

            before = key;
        }
    }

    private static bool IsMerged(Field value) => (value.Document[value.Node].Flags & NodeFlags.Merged) != 0;

    private static bool IsElsewhere(Field value) => (value.Document[value.Node].Flags & (NodeFlags.Merged | NodeFlags.Aliased)) != 0;
}
