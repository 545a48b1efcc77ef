using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A file after its fixes.</summary>
/// <param name="Bytes">The new contents; the very same bytes where nothing was changed.</param>
/// <param name="Fixed">The findings that are gone.</param>
/// <param name="Remaining">What is still wrong with the new contents.</param>
public sealed record MendedFile(ReadOnlyMemory<byte> Bytes, IReadOnlyList<Finding> Fixed, FileJudgement Remaining)
{
    public bool IsChanged => Fixed.Count > 0;
}

/// <summary>
/// Carries out the fixes of a file's findings, and believes none of them: the new text is read again, must be the very
/// tree that the same edits make of the object as a JSON Patch, must have lost the findings and gained none. What does
/// not pass is left as it was, and its findings say so.
/// </summary>
public sealed class FileMender
{
    /// <summary>One fix may make another possible (a user id, and then runAsNonRoot); three rounds are more than any rule needs.</summary>
    private const int MaxRounds = 4;

    /// <summary>To find the one that is wrong among several fixes, each is tried by itself, which costs the whole file each time.</summary>
    private const int MostTriedAlone = 64;

    private readonly FileJudge judge;
    private readonly FileJudge recheck;

    /// <param name="others">As for <see cref="FileJudge"/>: the objects of all files before any was mended.</param>
    /// <param name="now">As for <see cref="FileJudge"/>. What is exempt is left as it is.</param>
    /// <param name="amend">As for <see cref="FileJudge"/>.</param>
    public FileMender(
        RuleSet rules, PolicySettings settings, ObjectSet? others = null, DateTimeOffset? now = null, Func<Finding, Finding>? amend = null)
    {
        now ??= TimeProvider.System.GetUtcNow();
        judge = new(rules, settings, others, now, amend);
        recheck = new(rules, settings, others, now);
    }

    /// <summary>Mends in memory all that may be mended: Safe fixes, and with <see cref="Safety.Review"/> those, too.</summary>
    /// <param name="mends">Which findings are to be mended; null for all.</param>
    public MendedFile Mend(SourceText source, Safety upTo, bool isNamed = false, Func<Finding, bool>? mends = null)
    {
        var current = source;
        var done = new List<Finding>();
        var refused = new Dictionary<FindingKey, Refusal>();
        for (var round = 0; round < MaxRounds; round++)
        {
            if (MendOnce(current, upTo, isNamed, refused, mends) is not { } step)
            {
                break;
            }

            current = new SourceText(source.File, step.Bytes);
            done.AddRange(step.Fixed);
        }

        done.Sort(FindingOrder.Instance);
        var remaining = judge.Judge(current, isNamed);
        return new(current.Memory, done, remaining with
        {
            Findings = [.. remaining.Findings.Select(finding => refused.TryGetValue(finding.Key, out var refusal) && finding.Fix is not null ? finding.Refuse(refusal) : finding)],
        });
    }

    /// <summary>One round: all fixes of all objects at once, less those that do not hold. Null when nothing is left to do.</summary>
    private (byte[] Bytes, List<Finding> Fixed)? MendOnce(SourceText source, Safety upTo, bool isNamed, Dictionary<FindingKey, Refusal> refused, Func<Finding, bool>? mends)
    {
        while (true)
        {
            var withdrawn = new Dictionary<FindingKey, Refusal>();
            var plans = Plan(source, upTo, isNamed, refused, withdrawn, mends);
            var bytes = TextSplice.ApplyAll(source.Bytes, plans.SelectMany(plan => plan.Splices));
            var failed = plans.Count == 0 ? [] : Verify(new SourceText(source.File, bytes), plans, isNamed);
            if (failed.Count == 0)
            {
                foreach (var (finding, refusal) in withdrawn)
                {
                    refused[finding] = refusal;
                }

                return plans.Count == 0 ? null : (bytes, [.. plans.SelectMany(plan => plan.Findings)]);
            }

            // Each time round at least one finding more is refused.
            var mayTryAlone = failed.Sum(failure => failure.Plan.Findings.Count) <= MostTriedAlone;
            foreach (var failure in failed)
            {
                foreach (var (finding, reason) in Blame(source, failure, mayTryAlone, isNamed))
                {
                    refused[finding.Key] = new Refusal(RefusalCode.Unverified, reason);
                }
            }
        }
    }

    /// <summary>The findings of an object for which its fixes do not hold: one wrong rule keeps none of the others from mending it.</summary>
    private List<(Finding Finding, string Reason)> Blame(SourceText source, Failure failure, bool mayTryAlone, bool isNamed)
    {
        var plan = failure.Plan;
        var guilty = new List<(Finding, string)>();
        if (failure.Still.Count > 0)
        {
            guilty.AddRange(failure.Still.Select(finding => (finding, $"{finding.Rule.Id} is still found after its fix")));
        }
        else if (mayTryAlone && plan.Findings.Count > 1)
        {
            foreach (var finding in plan.Findings)
            {
                if (finding.Rendered is { } rendered && rendered.Patch.Apply(plan.Original) is JsonPatchResult.Applied applied)
                {
                    var alone = plan with { Findings = [finding], Splices = rendered.Splices, Expected = applied.Document };
                    var mended = new SourceText(source.File, TextSplice.ApplyAll(source.Bytes, alone.Splices));
                    guilty.AddRange(Verify(mended, [alone], isNamed).Select(each => (finding, each.Reason)));
                }
            }
        }

        return guilty.Count > 0 ? guilty : [.. plan.Findings.Select(finding => (finding, failure.Reason))];
    }

    private List<ObjectPlan> Plan(
        SourceText source, Safety upTo, bool isNamed, Dictionary<FindingKey, Refusal> refused, Dictionary<FindingKey, Refusal> withdrawn, Func<Finding, bool>? mends)
    {
        var plans = new List<ObjectPlan>();
        foreach (var (root, item, findings, exempted) in judge.Objects(source, isNamed))
        {
            var composition = Composition.Of(findings.Where(f => f.Fix is { } fix && fix.Safety <= upTo && !refused.ContainsKey(f.Key) && mends?.Invoke(f) != false));
            foreach (var (finding, reason) in composition.Withdrawn)
            {
                withdrawn[finding.Key] = reason;
            }

            if (composition.Edits.Count == 0)
            {
                continue;
            }

            var refusal = PatchRenderer.Render(root, composition.Edits, withTests: true) switch
            {
                RenderedPatch.Refused patch => patch.Refusal,
                RenderedPatch.Rendered patch => YamlEditor.Apply(root, composition.Edits) switch
                {
                    EditResult.Refused text => text.Refusal,
                    EditResult.Spliced spliced => Accept(plans, root, item, findings, exempted, mends, composition, spliced, patch.ToPatch()),
                    _ => null,
                },
                _ => null,
            };
            if (refusal is not null)
            {
                foreach (var finding in composition.Findings)
                {
                    refused[finding.Key] = refusal;
                }
            }
        }

        return plans;
    }

    private static Refusal? Accept(
        List<ObjectPlan> plans,
        Field root,
        int? item,
        List<Finding> before,
        List<ExemptedFinding> exempted,
        Func<Finding, bool>? mends,
        Composition composition,
        EditResult.Spliced spliced,
        JsonPatch patch)
    {
        var original = JsonTree.ToJson(root);
        switch (patch.Apply(original))
        {
            case JsonPatchResult.Applied applied when spliced.Splices.Count > 0:
                plans.Add(new(
                    (root.Document.Index, item),
                    composition.Findings,
                    [.. before.Select(finding => finding.Key)],
                    [.. exempted.Select(exempt => exempt.Finding.Key)],
                    [.. exempted.Select(exempt => exempt.Finding), .. before.Where(finding => mends?.Invoke(finding) == false)],
                    spliced.Splices,
                    original,
                    applied.Document));
                return null;
            case JsonPatchResult.Failed failed:
                return new(RefusalCode.Unverified, $"the patch does not apply to the object itself: {failed.Reason}");
            default:
                return null;
        }
    }

    private List<Failure> Verify(SourceText mended, List<ObjectPlan> plans, bool isNamed)
    {
        var failed = new List<Failure>();
        var waiting = plans.ToDictionary(plan => plan.Place);
        foreach (var (root, item, findings, exempted) in recheck.Objects(mended, isNamed))
        {
            if (!waiting.Remove((root.Document.Index, item), out var plan))
            {
                continue;
            }

            // A fix has to clear its finding also where that has become exempt meanwhile; what is exempt is no new finding.
            var found = findings.Concat(exempted.Select(exempt => exempt.Finding)).Select(finding => finding.Key).ToHashSet();
            if (!JsonEquality.AreEqual(JsonTree.ToJson(root), plan.Expected))
            {
                failed.Add(new(plan, "the edited text does not read back as the object that the patch makes", []));
            }
            else if (plan.Findings.Where(f => found.Contains(f.Key)).ToList() is { Count: > 0 } still)
            {
                failed.Add(new(plan, $"{still[0].Rule.Id} is still found after its fix", still));
            }
            else if (findings.FirstOrDefault(f => !f.Rule.IsOfLayout && !plan.Before.Contains(f.Key)) is { } added)
            {
                failed.Add(new(
                    plan,
                    plan.Exempted.Contains(added.Key)
                        ? $"after the fix, {added.Rule.Id} would not be exempt any more: {added.Message}"
                        : $"the fix would add a finding: {added.Rule.Id}, {added.Message}",
                    []));
            }
            else if (plan.HeldBack.FirstOrDefault(held => !found.Contains(held.Key) && plan.Findings.Any(f => f.Rule.Id == held.Rule.Id)) is { } held)
            {
                // Such as a field of the pod, set for one container, that holds for its neighbour, too. Another rule may
                // well mend the same field: it has been asked to.
                failed.Add(new(plan, $"the fix would also mend what is to stay: {held.Rule.Id}, {held.Message}", []));
            }
        }

        failed.AddRange(waiting.Values.Select(plan => new Failure(plan, "the edited text is not read as this object any more", [])));
        return failed;
    }

    /// <param name="Before">The findings that counted before any fix.</param>
    /// <param name="Exempted">Those that were there and did not count.</param>
    /// <param name="HeldBack">Those that are not to be mended: exempt, known, or of no change.</param>
    private sealed record ObjectPlan(
        (int Document, int? Item) Place,
        IReadOnlyList<Finding> Findings,
        HashSet<FindingKey> Before,
        HashSet<FindingKey> Exempted,
        IReadOnlyList<Finding> HeldBack,
        IReadOnlyList<TextSplice> Splices,
        JsonNode? Original,
        JsonNode? Expected);

    /// <param name="Still">The findings that are there as before.</param>
    private sealed record Failure(ObjectPlan Plan, string Reason, IReadOnlyList<Finding> Still);
}
