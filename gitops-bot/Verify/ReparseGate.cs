using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The new text, read from scratch, is what the fixes make of the objects as JSON Patches: the same documents and objects,
/// and in each the very tree. The patches never see the text, so that neither way of editing is believed.
/// </summary>
internal sealed class ReparseGate : IGate
{
    /// <summary>One fix may make another possible, as <see cref="FileMender"/> has it.</summary>
    private const int MostRounds = 4;

    public string Name => Gates.Reparse;

    public Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var problem = Problem(candidate);
        return Task.FromResult(problem is null
            ? new GateResult(Name, GateStatus.Passed, $"reads back as {Count(candidate.Objects.Count, "object")}, {candidate.Touched.Count()} of them changed, each as its JSON Patch makes it")
            : new GateResult(Name, GateStatus.Failed, problem));
    }

    private static string? Problem(Candidate candidate)
    {
        if (candidate.Edits.Before.Span.SequenceEqual(candidate.Edits.After.Span))
        {
            return "the file is as it was; a proposal has to change something";
        }

        if (candidate.Before.Documents.FirstOrDefault(reading => reading.Document.IsReadOnly) is { Document: not null })
        {
            return "the file is not UTF-8, or has line ends that only YAML 1.1 counts; edit it by hand";
        }

        if (candidate.Mismatch is { } mismatch)
        {
            return mismatch;
        }

        var fixes = candidate.Edits.Fixes.ToLookup(fix => (fix.Finding.Origin.Document, fix.Finding.Origin.Item));
        var places = candidate.Objects.Select(pair => (pair.Document, pair.Item)).ToHashSet();
        if (fixes.FirstOrDefault(group => !places.Contains(group.Key)) is { } stray)
        {
            return $"{stray.First().Finding.Rule.Id} is about document {stray.Key.Document + 1}{(stray.Key.Item is { } item ? $", item {item + 1}" : "")}, which the file does not have";
        }

        foreach (var pair in candidate.Objects)
        {
            Finding[] findings = [.. fixes[(pair.Document, pair.Item)].Select(fix => fix.Finding)];
            if (!IsMadeBy(pair, findings, candidate))
            {
                return findings.Length == 0
                    ? $"{pair.Identity} is changed, and no fix is about it: {Where(pair)}"
                    : $"{pair.Identity} is not what the JSON Patch of its {Count(findings.Length, "fix", "fixes")} makes of it: {Where(pair)}";
            }
        }

        return Envelopes(candidate);
    }

    private static bool IsMadeBy(ObjectPair pair, Finding[] findings, Candidate candidate)
    {
        if (findings.Length == 0)
        {
            return JsonEquality.AreEqual(pair.BeforeTree, pair.AfterTree);
        }

        if (JsonEquality.AreEqual(Patched(pair.BeforeTree, findings), pair.AfterTree))
        {
            return true;
        }

        // Fixes that only others made possible come after them, which shows in the order of lists.
        var first = new FileJudge(candidate.Surroundings.Rules, candidate.Surroundings.Settings, candidate.Surroundings.Repository, candidate.Surroundings.Now)
            .Judge(new SourceText(candidate.Edits.Target.File, candidate.Edits.Before)).Findings.Select(finding => finding.Key).ToHashSet();
        var early = findings.Where(finding => first.Contains(finding.Key)).ToArray();
        var late = findings.Where(finding => !first.Contains(finding.Key)).ToArray();
        return early.Length > 0 && late.Length > 0 && JsonEquality.AreEqual(Patched(Patched(pair.BeforeTree, early), late), pair.AfterTree);
    }

    /// <summary>The tree after the fixes; those that do not fit yet are tried again on what the others have made. Null where some never fit.</summary>
    private static JsonNode? Patched(JsonNode? tree, Finding[] findings)
    {
        var waiting = findings;
        for (var round = 0; round < MostRounds && waiting.Length > 0 && tree is not null; round++)
        {
            var root = Read(tree);
            Finding[] fitting = [.. waiting.Where(finding => PatchRenderer.Render(root, Edits(finding), withTests: true) is RenderedPatch.Rendered)];
            var composition = Composition.Of(fitting);
            if (PatchRenderer.Render(root, composition.Edits, withTests: true) is not RenderedPatch.Rendered rendered
                || rendered.ToPatch().Apply(tree) is not JsonPatchResult.Applied applied)
            {
                return null;
            }

            tree = applied.Document;
            waiting = [.. waiting.Except(composition.Findings)];
        }

        return waiting.Length == 0 ? tree : null;
    }

    private static AttributedEdit[] Edits(Finding finding) => [.. finding.Fix!.Edits.Select(edit => new AttributedEdit(edit, [finding.Rule.Id]))];

    private static Field Read(JsonNode tree)
    {
        var document = new FlatDocument();
        new JsonReader().Read(document, new SourceText("patched", System.Text.Encoding.UTF8.GetBytes(tree.ToJsonString())), 0, 0);
        return document.Root;
    }

    /// <summary>What stands around the objects of a list is nobody's to change.</summary>
    private static string? Envelopes(Candidate candidate)
    {
        foreach (var (before, after) in candidate.Before.Documents.Zip(candidate.After.Documents))
        {
            if (before.Kind == DocumentKind.Manifest && before.Document.Root[Manifests.Name.Items].IsList
                && !JsonEquality.AreEqual(Envelope(before.Document.Root), Envelope(after.Document.Root)))
            {
                return $"document {before.Document.Index + 1} is a list, and something around its objects is changed";
            }
        }

        return null;
    }

    private static JsonNode? Envelope(Field root)
    {
        var envelope = JsonTree.ToJson(root);
        if (envelope?["items"] is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                items[i] = items[i] is JsonObject ? new JsonObject() : items[i]?.DeepClone();
            }
        }

        return envelope;
    }

    private static string Where(ObjectPair pair) => pair.Changes.Count == 0 ? "nothing in it is changed" : string.Join(", ", pair.Changes.Take(3).Select(change => change.ToString()));

    private static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";
}
