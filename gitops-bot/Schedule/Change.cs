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

    /// <summary>Kinds of the objects that go, by an action or by a manifest that is taken out of Git: <c>Namespace</c>, <c>pvc</c>, <c>clusterroles.rbac.authorization.k8s.io</c>.</summary>
    public IReadOnlyList<string> Deletes { get; init; } = [];

    /// <summary>Command text out of the proposal, from whomever: a model, an issue, a request.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Gates that could not run. That is not a pass, and a person looks.</summary>
    public IReadOnlyList<string> GatesNotRun { get; init; } = [];
}
