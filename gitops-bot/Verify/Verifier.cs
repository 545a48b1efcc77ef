using System.Diagnostics;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Asks every gate about a proposal, in their order, and believes nobody: neither who proposed it nor a gate that breaks.</summary>
internal sealed class Verifier
{
    private readonly TimeProvider time;
    private readonly IReadOnlyList<IGate> gates;

    public Verifier(TimeProvider time)
        : this(time, [new ReparseGate(), new MinimalDiffGate(), new PolicyGate(), new SafetyGate(), new SchemaGate(), new DryRunGate(), new RollbackGate()])
    {
    }

    /// <exception cref="ArgumentException">A gate is missing, or out of order.</exception>
    internal Verifier(TimeProvider time, IReadOnlyList<IGate> gates)
    {
        if (!gates.Select(gate => gate.Name).SequenceEqual(Gates.All, StringComparer.Ordinal))
        {
            throw new ArgumentException($"the gates are {string.Join(", ", Gates.All)}", nameof(gates));
        }

        this.time = time;
        this.gates = gates;
    }

    public async Task<Verification> VerifyAsync(Proposal.Edits edits, Surroundings surroundings, CancellationToken cancellationToken)
    {
        Candidate candidate;
        try
        {
            candidate = new Candidate(edits, surroundings);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var unread = gates.Select((gate, i) => i == 0
                ? new GateResult(gate.Name, GateStatus.Failed, InternalError.Describe(exception))
                : new GateResult(gate.Name, GateStatus.NotRun, "the file could not be read")).ToList();
            return Refuse(unread);
        }

        var results = new List<GateResult>(gates.Count);
        foreach (var gate in gates)
        {
            var start = time.GetTimestamp();
            var result = await AskAsync(gate, candidate, cancellationToken).ConfigureAwait(false);
            results.Add(result with { Duration = time.GetElapsedTime(start) });
        }

        return results.Exists(result => result.Status == GateStatus.Failed)
            ? Refuse(results)
            : VerifiedProposal.Of(edits, results, RenderedHash.Of(candidate.Objects.Select(pair => pair.AfterTree))) is { } verified
                ? new Verification.Accepted(verified)
                : throw new UnreachableException();
    }

    private static async Task<GateResult> AskAsync(IGate gate, Candidate candidate, CancellationToken cancellationToken)
    {
        // Without objects to look at, what looks at objects has nothing to say; the gate before it has failed.
        if (candidate.Mismatch is not null && gate.Name is not (Gates.Reparse or Gates.MinimalDiff))
        {
            return new(gate.Name, GateStatus.NotRun, $"there are no objects to compare: {candidate.Mismatch}");
        }

        try
        {
            var result = await gate.CheckAsync(candidate, cancellationToken).ConfigureAwait(false);
            return result.Gate == gate.Name ? result : throw new InvalidOperationException($"{gate.Name} answers for {result.Gate}");
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return new(gate.Name, GateStatus.Failed, InternalError.Describe(exception));
        }
    }

    private static Verification.Refused Refuse(IReadOnlyList<GateResult> results)
    {
        var first = results.First(result => result.Status == GateStatus.Failed);
        return new(first.Gate, new Refusal(CodeOf(first.Gate), $"{first.Gate}: {first.Message}"), results);
    }

    private static RefusalCode CodeOf(string gate) => gate switch
    {
        Gates.MinimalDiff => RefusalCode.UnsafeDiff,
        Gates.Safety => RefusalCode.UnsafeChange,
        Gates.Schema or Gates.DryRun => RefusalCode.RefusedByCluster,
        _ => RefusalCode.Unverified,
    };
}
