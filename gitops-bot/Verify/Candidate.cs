using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>A proposal that was read from scratch, before and after, for all gates to look at.</summary>
internal sealed class Candidate
{
    private readonly Lazy<ServerRehearsal?> rehearsal;

    public Candidate(Proposal.Edits edits, Surroundings surroundings)
    {
        Edits = edits;
        Surroundings = surroundings;
        var reader = new ManifestReader();
        Before = FileReading.Read(reader, new SourceText(edits.Target.File, edits.Before), isNamed: false);
        After = FileReading.Read(reader, new SourceText(edits.Target.File, edits.After), isNamed: false);
        Mismatch = Compare();
        Objects = Mismatch is null ? [.. Pair()] : [];
        rehearsal = new(() => surroundings.Cluster is { } cluster ? new ServerRehearsal(cluster, Objects) : null);
    }

    public Proposal.Edits Edits { get; }

    public Surroundings Surroundings { get; }

    public FileReading Before { get; }

    public FileReading After { get; }

    /// <summary>Why the two texts do not hold the same number of documents and objects; null where they do.</summary>
    public string? Mismatch { get; }

    /// <summary>All objects of the file; empty where there is a <see cref="Mismatch"/>.</summary>
    public IReadOnlyList<ObjectPair> Objects { get; }

    public IEnumerable<ObjectPair> Touched => Objects.Where(pair => pair.IsTouched);

    /// <summary>The touched objects before the API server; null without a cluster. Asked once, whichever gate comes first.</summary>
    public ServerRehearsal? Rehearsal => rehearsal.Value;

    private string? Compare()
    {
        if (Before.Documents.Count != After.Documents.Count)
        {
            return $"the file has {After.Documents.Count} documents, and had {Before.Documents.Count}";
        }

        for (var i = 0; i < Before.Documents.Count; i++)
        {
            var (before, after) = (Before.Documents[i], After.Documents[i]);
            if (before.Kind != after.Kind)
            {
                return after.Problem is { } problem
                    ? $"document {i + 1} cannot be read: line {problem.Line}: {problem.Message}"
                    : $"document {i + 1} is {Describe(after.Kind)}, and was {Describe(before.Kind)}";
            }

            if (before.Kind == DocumentKind.Manifest && before.Document.Objects.Count != after.Document.Objects.Count)
            {
                return $"document {i + 1} holds {after.Document.Objects.Count} objects, and held {before.Document.Objects.Count}";
            }
        }

        return Before.Documents.Any(reading => reading.Kind == DocumentKind.Manifest) ? null : "the file holds no object";
    }

    private IEnumerable<ObjectPair> Pair()
    {
        foreach (var (before, after) in Before.Documents.Zip(After.Documents))
        {
            if (before.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            foreach (var (one, other) in before.Document.Manifests().Zip(after.Document.Manifests()))
            {
                yield return new ObjectPair(before.Document.Index, one.Item, one.Root, other.Root);
            }
        }
    }

    private static string Describe(DocumentKind kind) => kind switch
    {
        DocumentKind.Manifest => "an object",
        DocumentKind.Empty => "empty",
        DocumentKind.Template => "a template",
        DocumentKind.Broken => "unreadable",
        _ => "no object",
    };
}

/// <summary>An object of the file, as it is and as it is to be.</summary>
/// <param name="item">As in <see cref="Origin"/>.</param>
internal sealed class ObjectPair(int document, int? item, Field before, Field after)
{
    private readonly Lazy<JsonNode?> beforeTree = new(() => JsonTree.ToJson(before));
    private readonly Lazy<JsonNode?> afterTree = new(() => JsonTree.ToJson(after));
    private IReadOnlyList<TreeChange>? changes;

    public int Document => document;

    public int? Item => item;

    public Field Before => before;

    public Field After => after;

    public JsonNode? BeforeTree => beforeTree.Value;

    public JsonNode? AfterTree => afterTree.Value;

    public ObjectIdentity Identity { get; } = ObjectIdentity.Of(before);

    /// <summary>Every scalar that is not what it was.</summary>
    public IReadOnlyList<TreeChange> Changes => changes ??= TreeChange.Between(BeforeTree, AfterTree);

    public bool IsTouched => Changes.Count > 0;
}
