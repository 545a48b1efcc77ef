using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What mends an object that is not in a file.</summary>
/// <param name="Patch">RFC 6902, from the object's root, for the object as it was judged.</param>
/// <param name="Edits">The same as symbols, each with the rules that asked for it; for the file that the object came from.</param>
/// <param name="Fixed">The findings that are gone.</param>
/// <param name="Root">The object as it is after the patch; valid until the mender mends another.</param>
public sealed record MendedObject(JsonPatch Patch, IReadOnlyList<AttributedEdit> Edits, IReadOnlyList<Finding> Fixed, Field Root);

/// <summary>
/// Mends an object in memory, and believes no fix: the result is read and judged again, must have lost the findings and
/// gained none. What does not pass is left out. Some fixes make others possible, so it goes on until nothing is left to
/// do: whoever mends the result again finds nothing. The counterpart of <see cref="FileMender"/> for live objects.
/// </summary>
/// <param name="mostPerRule">How many findings of one rule are told apart; an object that has more is not mended.</param>
public sealed class ObjectMender(RuleSet rules, PolicySettings settings, int mostPerRule = int.MaxValue)
{
    private const int MaxRounds = 4;

    /// <summary>To find the one that is wrong among several fixes, each is tried by itself, which costs the whole object each time.</summary>
    private const int MostTriedAlone = 32;

    private readonly Subject subject = new();
    private readonly FindingList found = new(mostPerRule);

    /// <summary>The object as mended so far, and the one that is tried on it: the one is read while the other is written.</summary>
    private Draft current = new();
    private Draft tried = new();

    /// <summary>How many bytes more the patch may have; negative where it has become too long.</summary>
    private int room;

    /// <summary>When mending has to end; by default never.</summary>
    public Deadline Deadline
    {
        get => found.Deadline;
        set => found.Deadline = value;
    }

    /// <summary>Null where nothing may be mended, or nothing holds.</summary>
    /// <param name="root">The object; the whole of it is copied.</param>
    /// <param name="findings">What is wrong with it.</param>
    /// <param name="mends">Which findings are to be mended; asked of those with a fix alone, and again of the result's.</param>
    /// <param name="kept">Findings that have to stay, for somebody has exempted them: what mends one of them by the way is left out. Null for none.</param>
    /// <param name="mostBytes">How long the patch may be as JSON; beyond it nothing is mended.</param>
    /// <exception cref="OverdueException">The deadline is over.</exception>
    public MendedObject? Mend(
        Field root, IReadOnlyList<Finding> findings, Func<Finding, bool> mends, IReadOnlyList<Finding>? kept = null, int mostBytes = int.MaxValue)
    {
        if (!findings.Any(finding => finding.Fix is not null && mends(finding)))
        {
            return null;
        }

        var atFirst = findings;
        var bounds = new Lazy<Bounds>(() => new([.. atFirst.Select(KeyOf)], [.. (kept ?? []).Select(KeyOf)]));
        var refused = new HashSet<(string, string)>();
        var operations = new List<JsonPatchOperation>();
        var edits = new List<AttributedEdit>();
        var done = new List<Finding>();
        room = mostBytes;
        for (var round = 0; round < MaxRounds; round++)
        {
            if (MendOnce(root, findings, bounds, refused, mends) is not { } step)
            {
                break;
            }

            operations.AddRange(step.Patch.Operations);
            edits.AddRange(step.Edits);
            done.AddRange(step.Fixed);
            (current, tried) = (tried, current);
            root = step.Root;
            findings = step.Findings;
        }

        return done.Count == 0 || room < 0 ? null : new(new(operations), edits, done, root);
    }

    private Step? MendOnce(Field root, IReadOnlyList<Finding> findings, Lazy<Bounds> bounds, HashSet<(string, string)> refused, Func<Finding, bool> mends)
    {
        while (true)
        {
            List<Finding> candidates = [.. findings.Where(finding => finding.Fix is not null && !refused.Contains(KeyOf(finding)) && mends(finding))];
            if (candidates.Count == 0)
            {
                return null;
            }

            var step = Try(root, candidates, bounds, out var guilty);
            if (step is not null || room < 0)
            {
                return step;
            }

            // Each time round at least one finding more is refused.
            if (guilty.Count == 0 && candidates.Count is > 1 and <= MostTriedAlone)
            {
                guilty = [.. candidates.Where(each => Try(root, [each], bounds, out _) is null)];
            }

            refused.UnionWith((guilty.Count > 0 ? guilty : candidates).Select(KeyOf));
        }
    }

    /// <summary>The fixes together; null where they do not hold. What was tried before is gone after it.</summary>
    private Step? Try(Field root, IReadOnlyList<Finding> candidates, Lazy<Bounds> bounds, out List<Finding> guilty)
    {
        guilty = [];
        var composition = Composition.Of(candidates);
        if (PatchRenderer.Render(root, composition.Edits, withTests: false) is not RenderedPatch.Rendered { Operations.Count: > 0 } rendered)
        {
            return null;
        }

        var patch = rendered.ToPatch();
        var roomAfter = room == int.MaxValue ? room : room - Encoding.UTF8.GetByteCount(patch.ToJson());
        if (roomAfter < 0)
        {
            room = roomAfter;
            return null;
        }

        if (patch.ApplyInPlace(JsonTree.ToJson(root)) is not JsonPatchResult.Applied { Document: { } result })
        {
            return null;
        }

        var after = tried.Load(result);
        subject.Load(after, settings);
        rules.Check(subject, null, found);
        var left = found.Select(KeyOf).ToHashSet();
        guilty = [.. composition.Findings.Where(finding => left.Contains(KeyOf(finding)))];
        if (found.HasCut || guilty.Count > 0 || !left.IsSubsetOf(bounds.Value.AtMost) || !left.IsSupersetOf(bounds.Value.AtLeast))
        {
            return null;
        }

        room = roomAfter;
        return new(patch, composition.Edits, composition.Findings, after, [.. found]);
    }

    private static (string, string) KeyOf(Finding finding) => (finding.Rule.Id, finding.Path.ToString());

    /// <summary>What may be found in the result, and what must.</summary>
    private sealed record Bounds(HashSet<(string Rule, string Path)> AtMost, HashSet<(string Rule, string Path)> AtLeast);

    private sealed record Step(
        JsonPatch Patch, IReadOnlyList<AttributedEdit> Edits, IReadOnlyList<Finding> Fixed, Field Root, IReadOnlyList<Finding> Findings);

    /// <summary>An object as text, read. The next one takes its place.</summary>
    private sealed class Draft
    {
        // Nobody sees the text but the reader, to which an escape more or less is the same.
        private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

        private readonly ArrayBufferWriter<byte> buffer = new();
        private readonly EnvelopeReader reader = new();

        public Field Load(JsonNode tree)
        {
            buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(buffer, Plain))
            {
                tree.WriteTo(writer);
            }

            var reading = reader.Read(new SourceText("", buffer.WrittenMemory));
            var document = reading.Document ?? throw new InvalidOperationException($"a tree that was written cannot be read: {reading.Problem}");
            reader.Enclose(document.Root);
            return document.Root;
        }
    }
}
