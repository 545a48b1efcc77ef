using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>Every object of the corpora is corrected, sent again, and must then be as right as it can be made.</summary>
public sealed class MendedCorporaTests(ITestOutputHelper output)
{
    [CorporaTheory("repos")]
    [InlineData("default", false)]
    [InlineData("all", false)]
    [InlineData("default", true)]
    [InlineData("all", true)]
    public void A_second_time_nothing_is_corrected_and_only_what_no_fix_holds_for_is_refused(string profile, bool isWithReview)
    {
        var policy = isWithReview ? MutationTests.CorrectingAll(profile) : Reviewing.Policy(profile);
        var complaints = new ConcurrentBag<string>();
        var left = new ConcurrentDictionary<string, int>();
        var (objects, patches, clean, findings) = (0, 0, 0, 0);
        Parallel.ForEach(
            CorporaObject.All.Where(each => each.HasType),
            () => new Reviewing(),
            (each, _, reviewing) =>
            {
                Interlocked.Increment(ref objects);
                var mended = each.Root;
                if (reviewing.Ask(each.Question.ToBytes(), policy, mutates: true).Patch is { } patch)
                {
                    Interlocked.Increment(ref patches);
                    mended = MutationTests.Apply(patch, each.Root);
                    var other = PlainPatch.Apply(JsonNode.Parse(patch)!.AsArray(), each.Root);
                    if (!JsonNode.DeepEquals(mended, other))
                    {
                        complaints.Add($"{each}: two appliers make two objects of {patch}");
                    }

                    if (!JsonNode.DeepEquals(mended["metadata"]?["name"], each.Root["metadata"]?["name"]) || !JsonNode.DeepEquals(mended["kind"], each.Root["kind"]))
                    {
                        complaints.Add($"{each}: the patch makes another object of it: {patch}");
                    }

                    if (mended["metadata"]?["annotations"]?[MutationRecord.Annotation] is null)
                    {
                        complaints.Add($"{each}: nothing records {patch}");
                    }
                }

                var again = (each with { Root = mended }).Question.ToBytes();
                if (reviewing.Ask(again, policy, mutates: true).Patch is { } second)
                {
                    complaints.Add($"{each}: corrected again: {second}");
                }

                // What is refused now has no fix that may be made, or one that does not hold where it is.
                var answer = reviewing.Ask(again, policy, mutates: false);
                Interlocked.Add(ref findings, answer.Causes.Count);
                if (answer.IsAllowed)
                {
                    Interlocked.Increment(ref clean);
                }

                foreach (var finding in Fixable(mended, policy, isWithReview))
                {
                    left.AddOrUpdate(finding.Rule.Id, 1, (_, count) => count + 1);
                }

                if (answer.Problem is not null)
                {
                    complaints.Add($"{each}: {answer.Problem}");
                }

                return reviewing;
            },
            reviewing => reviewing.Dispose());

        output.WriteLine(
            $"{profile}{(isWithReview ? " with every Review fix" : "")}: {objects} objects, {patches} patched, {clean} then allowed, {findings} findings left; "
            + $"with a fix that may be made and did not hold: {left.Values.Sum()} ({string.Join(", ", left.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))})");
        Assert.True(complaints.IsEmpty, $"{complaints.Count}:\n{string.Join('\n', complaints.Order(StringComparer.Ordinal).Take(15).Select(text => text[..Math.Min(text.Length, 1500)]))}");
        Assert.True(patches > 25, $"only {patches} patches");
        Assert.True(left.Values.Sum() * 100 <= findings + 100, $"{left.Values.Sum()} of {findings} findings have a fix that may be made, and was not");
    }

    /// <summary>What has a fix that the webhook may make by the policy and that it has left, for it did not hold.</summary>
    private static List<Finding> Fixable(JsonObject root, AdmissionPolicy policy, bool isWithReview)
    {
        var found = Reading.Judge(root, policy.Rules);
        return [.. found.Where(finding => finding.Fix is { } fix && (isWithReview || fix.Safety == Safety.Safe)
            && fix.Edits.All(edit => edit.Path.Steps is [Manifests.PathStep.Key("metadata"), Manifests.PathStep.Key("labels" or "annotations"), ..]
                || (edit.Path.Steps is [Manifests.PathStep.Key(var first), ..] && first is not ("apiVersion" or "kind" or "status" or "metadata"))))];
    }
}
