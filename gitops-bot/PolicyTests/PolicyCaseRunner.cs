using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.PolicyTests;

/// <summary>Runs cases against a policy.</summary>
/// <param name="rules">What judges a case: the rule of the given id alone, or for null the whole policy.</param>
/// <param name="updates">Writes what came out in place of what was expected.</param>
internal sealed class PolicyCaseRunner(Func<string?, RuleSet> rules, PolicySettings settings, bool updates)
{
    public PolicyCaseResult Run(PolicyCase each)
    {
        var failures = new List<PolicyFailure>();
        var written = new List<string>();
        var set = rules(each.RuleId);
        if (each.Has(PolicyCase.Good))
        {
            CheckGood(each, set, failures);
        }

        if (each.Has(PolicyCase.Bad))
        {
            CheckBad(each, set, failures, written);
        }

        return new(each, failures, written);
    }

    private void CheckGood(PolicyCase each, RuleSet set, List<PolicyFailure> failures)
    {
        var judgement = new FileJudge(set, settings).Judge(Read(each, PolicyCase.Good), isNamed: true);
        if (HasProblems(judgement, PolicyCase.Good, failures))
        {
            return;
        }

        if (judgement.Findings.Count > 0)
        {
            failures.Add(new(PolicyCase.Good, "nothing must be found", "", Describe(judgement.Findings)));
        }
    }

    private void CheckBad(PolicyCase each, RuleSet set, List<PolicyFailure> failures, List<string> written)
    {
        var source = Read(each, PolicyCase.Bad);
        var judgement = new FileJudge(set, settings).Judge(source, isNamed: true);
        if (HasProblems(judgement, PolicyCase.Bad, failures))
        {
            return;
        }

        if (judgement.Findings.Count == 0)
        {
            failures.Add(new(PolicyCase.Bad, "something must be found"));
            return;
        }

        Compare(each, PolicyCase.Findings, Encoding.UTF8.GetBytes(Describe(judgement.Findings)), failures, written);
        var mender = new FileMender(set, settings);
        var mended = mender.Mend(source, Safety.Review, isNamed: true);
        Compare(each, PolicyCase.Fixed, mended.Bytes, failures, written);
        if (mender.Mend(new SourceText(PolicyCase.Bad, mended.Bytes), Safety.Review, isNamed: true).IsChanged)
        {
            failures.Add(new(PolicyCase.Bad, "fixing what is fixed must change nothing"));
        }
    }

    /// <summary>A file that is not there expects nothing, unless it is to be written.</summary>
    private void Compare(PolicyCase each, string file, ReadOnlyMemory<byte> actual, List<PolicyFailure> failures, List<string> written)
    {
        var path = each.PathOf(file);
        var expected = each.Has(file) ? File.ReadAllBytes(path) : null;
        if (expected is not null && expected.AsSpan().SequenceEqual(actual.Span))
        {
            return;
        }

        if (updates)
        {
            Write(path, actual.Span, isThere: expected is not null);
            written.Add(file);
        }
        else if (expected is not null)
        {
            failures.Add(new(file, $"{(file == PolicyCase.Findings ? "other findings" : "another text")} than expected; --update writes it", Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(actual.Span)));
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes, bool isThere)
    {
        if (isThere)
        {
            AtomicFile.Replace(path, bytes);
        }
        else
        {
            AtomicFile.Create(path, bytes);
        }
    }

    private static bool HasProblems(FileJudgement judgement, string file, List<PolicyFailure> failures)
    {
        failures.AddRange(judgement.Problems.Select(problem => new PolicyFailure(file, $"line {problem.Line}: {Words.Of(problem.Code)}: {problem.Message}")));
        if (judgement is { Problems.Count: 0, Documents: 0 })
        {
            failures.Add(new(file, "holds no object"));
        }

        return judgement.Problems.Count > 0 || judgement.Documents == 0;
    }

    private static SourceText Read(PolicyCase each, string file) => new(file, File.ReadAllBytes(each.PathOf(file)));

    /// <summary>
    /// A line for each finding, without the message: its wording gets better with time, and a fixture should not fail for it.
    /// </summary>
    private static string Describe(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            var remedy = finding switch
            {
                { Fix: { } fix } => Words.Of(fix.Safety),
                { Refusal: { } refusal } => Words.Of(refusal.Code),
                _ => "none",
            };
            text.Append(CultureInfo.InvariantCulture, $"{finding.Origin.Line} {Words.Of(finding.Rule.Severity)} {finding.Rule.Id} {finding.Object} {finding.Pointer} {remedy}\n");
        }

        return text.ToString();
    }
}
