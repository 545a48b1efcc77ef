using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// What the rules over sets find about every object of the repository as it is, and what they would find besides if one
/// file were another. Exempt findings do not count.
/// </summary>
internal sealed class SetFindings
{
    private readonly Surroundings surroundings;
    private readonly RuleSet rules;
    private readonly Lazy<HashSet<Key>> before;

    public SetFindings(Surroundings surroundings)
    {
        this.surroundings = surroundings;
        var all = surroundings.Rules;
        rules = new(all.Rules.OfType<SetRule>(), all.Replacements, all.Repetitions);
        before = new(() => [.. Find(surroundings.Repository, withoutFile: null).Select(finding => new Key(finding))]);
    }

    /// <summary>How many rules there are over sets.</summary>
    public int Rules => rules.Rules.Count;

    /// <summary>What is new about objects of other files.</summary>
    public IReadOnlyList<Finding> NewAfter(Candidate candidate)
    {
        if (Rules == 0)
        {
            return [];
        }

        var file = candidate.Edits.Target.File;
        var known = before.Value;
        return [.. Find(surroundings.Repository.With(file, candidate.After.Objects), file).Where(finding => !known.Contains(new Key(finding)))];
    }

    private IEnumerable<Finding> Find(ObjectSet set, string? withoutFile)
    {
        var subject = new Subject();
        var found = new FindingList();
        foreach (var each in set.All.Where(each => each.File != withoutFile))
        {
            subject.Load(each.Root, surroundings.Settings);
            rules.Check(subject, item: null, found, set);
            foreach (var finding in found)
            {
                if (surroundings.Settings.Exemptions.Find(finding, surroundings.Now) is null
                    && InlineIgnores.Of(each.Root.Document)?.Find(each.Root, finding, surroundings.Now) is null)
                {
                    yield return finding;
                }
            }
        }
    }

    private readonly record struct Key(string File, int Document, string Rule, string Pointer, string Message)
    {
        public Key(Finding finding)
            : this(finding.Origin.File, finding.Origin.Document, finding.Rule.Id, finding.Object + finding.Pointer, finding.Message)
        {
        }
    }
}
