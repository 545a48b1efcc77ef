using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The server's own schema of the touched objects: created dry and strict, where unknown and repeated fields are errors, and
/// so are values out of range. What was wrong before is not held against the change.
/// </summary>
internal sealed class SchemaGate : IGate
{
    public string Name => Gates.Schema;

    public async Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        if (candidate.Rehearsal is not { } rehearsal)
        {
            return new(Name, GateStatus.NotRun, "no cluster is configured for it, so no server's schema has been asked");
        }

        var answers = await rehearsal.ValidateAsync(cancellationToken).ConfigureAwait(false);
        return ServerReport.Of(Name, [.. answers.Select(answer => (answer, Judge(answer)))], $"the schema of {rehearsal.Cluster.Name}");
    }

    private static (GateStatus Status, string Reason) Judge(ServerAnswer answer) => answer.After switch
    {
        // The last thing that is looked at is whether the name is taken.
        ClusterReply.Refused { Status.IsAlreadyExists: true } => (GateStatus.Passed, ""),
        ClusterReply.Refused { Status: { Code: not (400 or 422) } status } when !ServerVerdict.IsNoVerdict(status) =>
            (GateStatus.NotRun, $"admission refused it before its values were looked at: {Report.Printable.Of(status.Message)}"),
        _ => ServerVerdict.Of(answer),
    };
}
