using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The whole rule set over every document of the file, before and after, among all other objects of the repository: what
/// was to be mended is gone, and nothing is new. Nor is anything new about objects of other files, which only rules over
/// sets can find.
/// </summary>
internal sealed class PolicyGate : IGate
{
    private const int MostNamed = 10;

    public string Name => Gates.Policy;

    public Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var around = candidate.Surroundings;
        var judge = new FileJudge(around.Rules, around.Settings, around.Repository, around.Now);
        var before = judge.Judge(new SourceText(candidate.Edits.Target.File, candidate.Edits.Before));
        var after = judge.Judge(new SourceText(candidate.Edits.Target.File, candidate.Edits.After));

        // A fix has to clear its finding also where that has become exempt.
        var there = after.Findings.Concat(after.Exempted.Select(exempt => exempt.Finding)).Select(finding => finding.Key).ToHashSet();
        var targets = candidate.Edits.Fixes.Select(fix => fix.Finding).ToList();
        var still = targets.FindAll(target => there.Contains(target.Key));
        var added = New(before.Findings, after.Findings);
        var elsewhere = around.SetFindings.NewAfter(candidate);
        var problems = after.Problems.Count > before.Problems.Count ? after.Problems : [];
        var isPassed = still.Count == 0 && added.Count == 0 && elsewhere.Count == 0 && problems.Count == 0;
        var message = still.Count > 0 ? $"{Describe(still[0])} is still found after its fix"
            : added.Count > 0 ? $"the change adds a finding: {Describe(added[0])}"
            : elsewhere.Count > 0 ? $"the change adds a finding in {elsewhere[0].Origin.File}: {Describe(elsewhere[0])}"
            : problems.Count > 0 ? $"the file has a problem that it did not have: {problems[0].Message}"
            : $"{targets.Count} of {targets.Count} findings gone, none new, by {around.Rules.Rules.Count} rules in this file and {around.SetFindings.Rules} over the whole repository";
        return Task.FromResult(new GateResult(
            Name,
            isPassed ? GateStatus.Passed : GateStatus.Failed,
            message,
            string.Join('\n', still.Concat(added).Concat(elsewhere).Skip(1).Take(MostNamed).Select(Describe))));
    }

    /// <summary>What says something else at the same place is new: another bad value has come.</summary>
    private static List<Finding> New(IReadOnlyList<Finding> before, IReadOnlyList<Finding> after)
    {
        var known = before.CountBy(finding => (finding.Key, finding.Message)).ToDictionary();
        var added = new List<Finding>();
        foreach (var finding in after.Where(finding => !finding.Rule.IsOfLayout))
        {
            var key = (finding.Key, finding.Message);
            if (known.GetValueOrDefault(key) > 0)
            {
                known[key]--;
            }
            else
            {
                added.Add(finding);
            }
        }

        return added;
    }

    private static string Describe(Finding finding) => $"{finding.Rule.Id} on {finding.Object} ({finding.Origin.File}:{finding.Origin.Line}), {finding.Message}";
}
