namespace SelfHealGitOps.Policy;

/// <summary>The rules that judge, and how they are run over one object.</summary>
public sealed class RuleSet
{
    /// <summary>To look at the clock costs as much as to run a rule that finds nothing.</summary>
    private const int RulesPerLook = 8;

    private readonly ObjectRule[] objectRules;
    private readonly SetRule[] setRules;
    private readonly IReadOnlyList<ReplacedRule> replacements;
    private readonly Dictionary<string, string[]> repetitions;

    public RuleSet(IEnumerable<Rule> rules, IReadOnlyList<ReplacedRule>? replacements = null, IReadOnlyList<RepeatedRule>? repetitions = null)
    {
        Rules = [.. rules];
        objectRules = [.. Rules.OfType<ObjectRule>()];
        setRules = [.. Rules.OfType<SetRule>()];
        this.replacements = replacements ?? [];
        Repetitions = repetitions ?? [];
        this.repetitions = Repetitions.GroupBy(each => each.Id, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(each => each.By).ToArray(), StringComparer.Ordinal);
    }

    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>Controls that are found only where their replacement is found too.</summary>
    public IReadOnlyList<ReplacedRule> Replacements => replacements;

    /// <summary>Rules that are not found where another has found the same.</summary>
    public IReadOnlyList<RepeatedRule> Repetitions { get; }

    /// <summary>True when some rule wants to see all objects before it judges one.</summary>
    public bool JudgesSets => setRules.Length > 0;

    /// <summary>Judges one object. <paramref name="findings"/> is emptied first, and filled rule by rule.</summary>
    /// <param name="set">What the object is judged among; null where nothing else is in sight, and then set rules do not run.</param>
    public void Check(Subject subject, int? item, FindingList findings, ObjectSet? set = null)
    {
        findings.Start(subject.Root, item, subject.IsWhole);
        CheckPod(subject, findings, set);
        while (subject.NextPod())
        {
            // What the rules say of the object itself they say again for each of its pods.
            findings.StartNextPod(subject.IsWhole);
            CheckPod(subject, findings, set);
        }

        if (findings.Count > 0)
        {
            findings.DropReplaced(replacements);
            findings.DropRepeated(repetitions);
        }
    }

    private void CheckPod(Subject subject, FindingList findings, ObjectSet? set)
    {
        for (var next = 0; next < objectRules.Length;)
        {
            try
            {
                while (next < objectRules.Length)
                {
                    if (next % RulesPerLook == 0)
                    {
                        findings.Deadline.ThrowIfOver();
                    }

                    objectRules[next++].Check(subject, findings);
                }
            }
            catch (TooManyFindingsException)
            {
                // The next rule's turn.
            }
        }

        if (set is not null)
        {
            foreach (var rule in setRules)
            {
                rule.Check(subject, set, findings);
            }
        }
    }
}
