namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// All that a blast radius is computed from, gathered beforehand: the computation itself looks at nothing else. Order and
/// repetition in the lists mean nothing.
/// </summary>
internal sealed record Change
{
    /// <summary>What the edits touch; empty for an action. With no <see cref="Verb"/> either, nothing is known of the change.</summary>
    public IReadOnlyList<ChangeKind> Kinds { get; init; } = [];

    /// <summary>The verb of an action, as <see cref="VerbBase"/> has it; null for edits.</summary>
    public string? Verb { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Null is not known, and as heavy as the heaviest.</summary>
    public NamespaceClass? Namespace { get; init; }

    public LiveGraph Live { get; init; } = LiveGraph.Unknown;

    public GitFanOut Git { get; init; } = GitFanOut.Unknown;

    /// <summary>
    /// True where <see cref="Live"/> is what the repository declares, and no cluster was asked: a lower bound. What counts
    /// is printed, and a person looks.
    /// </summary>
    public bool IsDeclaredOnly { get; init; }

    /// <summary>Kinds of the objects that go, by an action or by a manifest that is taken out of Git: <c>Namespace</c>, <c>pvc</c>, <c>clusterroles.rbac.authorization.k8s.io</c>.</summary>
    public IReadOnlyList<string> Deletes { get; init; } = [];

    /// <summary>Command text out of the proposal, from whomever: a model, an issue, a request.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Gates that could not run. That is not a pass, and a person looks.</summary>
    public IReadOnlyList<string> GatesNotRun { get; init; } = [];

    /// <summary>
    /// Several changes that go together, as one: never lighter than any of them. What is not known of one is not known of
    /// all. Of several verbs the heaviest stands.
    /// </summary>
    public static Change Union(IEnumerable<Change> changes) => changes.Aggregate((a, b) => a.And(b));

    private Change And(Change other) => new()
    {
        Kinds = [.. TrueKinds.Union(other.TrueKinds).Order()],
        Verb = HeavierVerb(Verb, other.Verb),
        Flags = Both(Flags, other.Flags),
        Namespace = Namespace is { } a && other.Namespace is { } b ? a > b ? a : b : null,
        Live = Live.And(other.Live),
        Git = Git.And(other.Git),
        IsDeclaredOnly = IsDeclaredOnly || other.IsDeclaredOnly,
        Deletes = Both(Deletes, other.Deletes),
        Commands = Both(Commands, other.Commands),
        GatesNotRun = Both(GatesNotRun, other.GatesNotRun),
    };

    /// <summary>With neither kind nor verb, nothing is known of the change; beside another change that would be lost.</summary>
    private IReadOnlyList<ChangeKind> TrueKinds => Kinds.Count == 0 && Verb is null ? [ChangeKind.Other] : Kinds;

    /// <summary>A verb of which nothing is known wins over one that weighs as much and is known.</summary>
    private static string? HeavierVerb(string? a, string? b) =>
        a is null || b is null ? a ?? b
        : new[] { a, b }.OrderByDescending(verb => VerbBase.Find(verb)?.Points ?? VerbBase.Most + 1).ThenBy(verb => verb, StringComparer.Ordinal).First();

    private static IReadOnlyList<string> Both(IReadOnlyList<string> a, IReadOnlyList<string> b) => Names.Union(a, b)!;
}
