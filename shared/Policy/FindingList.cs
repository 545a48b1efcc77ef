using System.Collections;
using System.Runtime.InteropServices;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Collects the findings of one object. Reused; whatever is added holds no reference to the document.</summary>
/// <param name="mostPerRule">
/// How many findings of one rule are kept; a rule that has more is stopped, and <see cref="IsCut"/> says so. For whoever judges
/// what a stranger has sent: an object of one megabyte may have a hundred thousand containers.
/// </param>
public sealed class FindingList(int mostPerRule = int.MaxValue) : IReadOnlyList<Finding>
{
    /// <summary>So many findings are looked through; of more, an index is made.</summary>
    private const int Few = 64;

    private readonly List<Finding> findings = [];
    private readonly List<int> repeated = [];
    private readonly Dictionary<RuleInfo, int> counts = new(ReferenceEqualityComparer.Instance);
    private ObjectIdentity? identity;
    private Field root;
    private int? item;
    private bool isWhole = true;
    private int earlier;

    public int Count => findings.Count;

    public Finding this[int index] => findings[index];

    /// <summary>When judging has to end; by default never.</summary>
    public Deadline Deadline { get; set; }

    /// <summary>True where some rule has found more than is kept.</summary>
    public bool HasCut { get; private set; }

    /// <summary>Empties the list and says which object comes next.</summary>
    /// <param name="isWhole">False for what looks like part of an object, such as a patch: what it leaves out is set elsewhere, so no fix of it is Safe.</param>
    public void Start(Field objectRoot, int? itemIndex, bool isWhole = true)
    {
        this.isWhole = isWhole;
        earlier = 0;
        HasCut = false;
        counts.Clear();
        findings.Clear();
        identity = null;
        root = objectRoot;
        item = itemIndex;
    }

    /// <summary>True for a rule that has found more than is kept.</summary>
    public bool IsCut(RuleInfo rule) => HasCut && counts.TryGetValue(rule, out var count) && count > mostPerRule;

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
        // All are looked at before any goes: one that goes may be what another repeats.
        HashSet<(string, string)>? places = null;
        repeated.Clear();
        for (var i = 0; i < findings.Count; i++)
        {
            if (repetitions.TryGetValue(findings[i].Rule.Id, out var others) && IsFound(others, findings[i].Pointer, ref places))
            {
                repeated.Add(i);
            }
        }

        if (repeated.Count == 0)
        {
            return;
        }

        var (kept, next) = (repeated[0], 0);
        for (var i = kept; i < findings.Count; i++)
        {
            if (next < repeated.Count && repeated[next] == i)
            {
                next++;
            }
            else
            {
                findings[kept++] = findings[i];
            }
        }

        findings.RemoveRange(kept, findings.Count - kept);
    }

    private bool IsFound(string[] rules, string pointer, ref HashSet<(string, string)>? places)
    {
        if (findings.Count > Few)
        {
            places ??= [.. findings.Select(finding => (finding.Rule.Id, finding.Pointer))];
            foreach (var rule in rules)
            {
                if (places.Contains((rule, pointer)))
                {
                    return true;
                }
            }

            return false;
        }

        foreach (var finding in findings)
        {
            if (finding.Pointer == pointer && Array.IndexOf(rules, finding.Rule.Id) >= 0)
            {
                return true;
            }
        }

        return false;
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

        if (mostPerRule != int.MaxValue && ++CollectionsMarshal.GetValueRefOrAddDefault(counts, rule.Info, out _) > mostPerRule)
        {
            HasCut = true;
            throw new TooManyFindingsException();
        }

        var document = place.Document;
        var (line, column) = document.HasLines ? document.Source.Locate(place.SourceOffset) : (1, 1);
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
