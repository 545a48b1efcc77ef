using System.Collections;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Collects the findings of one object. Reused; whatever is added holds no reference to the document.</summary>
public sealed class FindingList : IReadOnlyList<Finding>
{
    private readonly List<Finding> findings = [];
    private ObjectIdentity? identity;
    private Field root;
    private int? item;
    private bool isWhole = true;
    private int earlier;

    public int Count => findings.Count;

    public Finding this[int index] => findings[index];

    /// <summary>Empties the list and says which object comes next.</summary>
    /// <param name="isWhole">False for what looks like part of an object, such as a patch: what it leaves out is set elsewhere, so no fix of it is Safe.</param>
    public void Start(Field objectRoot, int? itemIndex, bool isWhole = true)
    {
        this.isWhole = isWhole;
        earlier = 0;
        findings.Clear();
        identity = null;
        root = objectRoot;
        item = itemIndex;
    }

    /// <summary>Says that the object is judged once more, by another of its pods: what is found at a place again counts once.</summary>
    internal void StartNextPod(bool isWhole)
    {
        this.isWhole = isWhole;
        earlier = findings.Count;
    }

    /// <summary>A finding at a place, with the edits that mend it.</summary>
    public void Add(Rule rule, Field place, string message, Fix fix) =>
        Add(rule, place, message, isWhole || fix.Safety > Safety.Safe ? fix : fix with { Safety = Safety.Review }, refusal: null);

    /// <summary>A finding at a place, with the reason why there is no fix for it.</summary>
    public void Add(Rule rule, Field place, string message, Refusal refusal) => Add(rule, place, message, fix: null, refusal);

    /// <summary>A replaced rule says nothing of an object of which its replacement says nothing: it may exempt what the older one does not know of.</summary>
    internal void DropReplaced(IReadOnlyList<ReplacedRule> replacements)
    {
        for (var i = 0; i < replacements.Count; i++)
        {
            var (replaced, by) = replacements[i];
            if (!findings.Exists(finding => finding.Rule.Id == by))
            {
                findings.RemoveAll(finding => finding.Rule.Id == replaced);
            }
        }
    }

    /// <summary>A finding goes where a rule that says the same has found something at the very same place.</summary>
    internal void DropRepeated(IReadOnlyDictionary<string, string[]> repetitions)
    {
        if (!findings.Exists(finding => repetitions.ContainsKey(finding.Rule.Id)))
        {
            return;
        }

        var places = findings.Select(finding => (finding.Rule.Id, finding.Pointer)).ToHashSet();
        findings.RemoveAll(finding => repetitions.TryGetValue(finding.Rule.Id, out var others)
            && Array.Exists(others, other => places.Contains((other, finding.Pointer))));
    }

    public IEnumerator<Finding> GetEnumerator() => findings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Add(Rule rule, Field place, string message, Fix? fix, Refusal? refusal)
    {
        var pointer = place.Pointer;
        if (earlier > 0 && findings.FindIndex(0, earlier, finding => finding.Rule == rule.Info && finding.Pointer == pointer && finding.Message == message) >= 0)
        {
            return;
        }

        var document = place.Document;
        var (line, column) = document.Source.Locate(place.SourceOffset);
        findings.Add(new Finding(
            rule.Info,
            identity ??= ObjectIdentity.Of(root),
            new Origin(document.Source.File, document.Index, item, line, column),
            place.Path,
            pointer,
            message,
            fix,
            refusal));
    }
}
