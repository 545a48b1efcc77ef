using System.Collections.Concurrent;
using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>What holds for every answer to every object of the corpora, whatever the wording: its bounds, and what it tells.</summary>
public sealed class RefusalBoundTests
{
    private const int MostBytes = 1024;
    private const int MostOfWarning = 120;
    private const int MostWarnings = 3;

    [CorporaTheory("repos")]
    [InlineData("default")]
    [InlineData("all")]
    [InlineData("pss-restricted")]
    public void A_refusal_is_at_most_1_KB_and_its_first_line_says_what_where_and_why(string profile)
    {
        var policy = Reviewing.Policy(profile);
        Check(each => policy, (each, answer, complain) =>
        {
            if (answer.IsAllowed)
            {
                if (answer.Message.Length > 0 || answer.Causes.Count > 0)
                {
                    complain("allowed, and with reasons against it");
                }

                return;
            }

            if (Encoding.UTF8.GetByteCount(answer.Message) > MostBytes)
            {
                complain($"{Encoding.UTF8.GetByteCount(answer.Message)} bytes");
            }

            var first = answer.Message.Split('\n')[0];
            if (!first.Contains(each.Root["kind"]!.GetValue<string>(), StringComparison.Ordinal) || !answer.Rules.Any(rule => first.Contains(rule, StringComparison.Ordinal))
                || !first.Contains(answer.FixId!, StringComparison.Ordinal))
            {
                complain($"the first line says too little: {first}");
            }

            var second = answer.Message.Split('\n')[1];
            var cause = answer.Causes.FirstOrDefault(cause => second.Contains($"{cause.Rule} {(cause.Pointer.Length < 120 ? cause.Pointer : "")}", StringComparison.Ordinal));
            if (cause.Rule is null)
            {
                complain($"the second line names no violation: {second}");
            }

            if (!answer.Message.Contains("exempt", StringComparison.Ordinal))
            {
                complain("says not how to be exempt");
            }

            if (answer.Message.Any(c => char.IsControl(c) && c != '\n'))
            {
                complain("control characters");
            }
        });
    }

    [CorporaFact("repos")]
    public void Warnings_are_at_most_3_of_120_and_then_how_many_more()
    {
        var policy = Reviewing.Policy("all", new AdmissionSettings { Mode = AdmissionMode.Warn });
        Check(_ => policy, (each, answer, complain) =>
        {
            if (!answer.IsAllowed || answer.Warnings.Count > MostWarnings + 1 || answer.Warnings.Any(warning => Encoding.UTF8.GetByteCount(warning) > MostOfWarning))
            {
                complain($"{answer.IsAllowed}: {string.Join(" | ", answer.Warnings)}");
            }

            var found = Reading.Judge(each.Root, policy.Rules).Count;
            if (found > MostWarnings && !answer.Warnings[^1].EndsWith($"+{found - MostWarnings} more", StringComparison.Ordinal))
            {
                complain($"{found} findings: {string.Join(" | ", answer.Warnings)}");
            }

            if (found <= MostWarnings && answer.Warnings.Count != found)
            {
                complain($"{found} findings: {string.Join(" | ", answer.Warnings)}");
            }
        });
    }

    [CorporaFact("repos")]
    public void Corrections_warn_within_the_same_bounds()
    {
        var policy = MutationTests.CorrectingAll("all");
        Check(_ => policy, (each, answer, complain) =>
        {
            if (!answer.IsAllowed || answer.Warnings.Count > MostWarnings + 1 || answer.Warnings.Any(warning => Encoding.UTF8.GetByteCount(warning) > MostOfWarning))
            {
                complain($"{answer.IsAllowed}: {string.Join(" | ", answer.Warnings)}");
            }

            if (answer.Patch is null && answer.Warnings.Count > 0)
            {
                complain($"nothing corrected, and {answer.Warnings[0]}");
            }
        }, mutates: true);
    }

    [CorporaFact("repos")]
    public void What_is_only_observed_tells_the_client_nothing()
    {
        var policy = Reviewing.Policy("all", new AdmissionSettings { Mode = AdmissionMode.Observe });
        Check(_ => policy, (each, answer, complain) =>
        {
            if (!answer.IsAllowed || answer.Warnings.Count > 0 || answer.Message.Length > 0)
            {
                complain(answer.ToString());
            }

            if (Reading.Judge(each.Root, policy.Rules).Count > 0 != answer.Audit.ContainsKey("observed"))
            {
                complain("the audit log does not have it");
            }
        });
    }

    private static void Check(
        Func<CorporaObject, SelfHealGitOps.Webhook.Admission.AdmissionPolicy> policy, Action<CorporaObject, Answer, Action<string>> check, bool mutates = false)
    {
        var complaints = new ConcurrentBag<string>();
        Parallel.ForEach(
            CorporaObject.All.Where(each => each.HasType),
            () => new Reviewing(),
            (each, _, reviewing) =>
            {
                check(each, reviewing.Ask(each.Question.ToBytes(), policy(each), mutates), complaint => complaints.Add($"{each}: {complaint}"));
                return reviewing;
            },
            reviewing => reviewing.Dispose());
        Assert.True(complaints.IsEmpty, $"{complaints.Count}:\n{string.Join('\n', complaints.Order(StringComparer.Ordinal).Take(15))}");
    }
}
