using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// Asks of an action what can be asked of it: whether what has to hold does, whether the server takes it in a dry run, and
/// whether it can be taken back. What looks at files has nothing to say.
/// </summary>
internal sealed class ActionVerifier(TimeProvider clock)
{
    /// <param name="cluster">Null where none is configured: then nothing can be proved, and nothing is proposed.</param>
    public async Task<Verification> VerifyAsync(Proposal.Act act, ClusterTarget? cluster, CancellationToken cancellationToken)
    {
        if (cluster is null || cluster.Name != act.Action.Cluster)
        {
            return Refuse(RefusalCode.NeedsEvidence, "the cluster that it is for is not configured for this repository", NotRun("no cluster was asked"));
        }

        var start = clock.GetTimestamp();
        switch (await act.Action.ReadAsync(cluster.Api, clock, cancellationToken))
        {
            case ActionReading.Ready(var action):
                var safety = new GateResult(Gates.Safety, GateStatus.Passed, string.Create(CultureInfo.InvariantCulture, $"{action.Preconditions.Count} preconditions hold"), Text(action.Preconditions))
                {
                    Duration = clock.GetElapsedTime(start),
                };
                return await TryAsync(act, action, safety, cluster.Api, cancellationToken);
            case ActionReading.Void @void:
                return Refuse(RefusalCode.UnsafeChange, @void.Why, NotRun("a precondition does not hold"), Text(@void.Preconditions));
            case ActionReading.Unknown(var why):
                return Refuse(RefusalCode.NeedsEvidence, $"the cluster could not be asked: {why}", NotRun("the cluster could not be asked"));
            default:
                throw new InvalidOperationException("an action is ready, void or not known");
        }
    }

    private async Task<Verification> TryAsync(Proposal.Act act, PreparedAction action, GateResult safety, ICluster cluster, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var (dryRun, code) = await DryRunAsync(action, cluster, cancellationToken);
        dryRun = dryRun with { Duration = clock.GetElapsedTime(start) };
        var rollback = new GateResult(Gates.Rollback, action.UndoProof is null ? GateStatus.NotApplicable : GateStatus.Passed, action.UndoProof ?? action.UndoNote, action.Undo ?? "");
        var results = Results(safety, dryRun, rollback);
        return VerifiedProposal.Of(act, results, action) is { } verified
            ? new Verification.Accepted(verified)
            : new Verification.Refused(Gates.DryRun, new(code, dryRun.Message), results);
    }

    private static async Task<(GateResult Result, RefusalCode Code)> DryRunAsync(PreparedAction action, ICluster cluster, CancellationToken cancellationToken)
    {
        var permission = action.Action.Permission;
        switch (await cluster.ReviewOwnAccessAsync(permission, cancellationToken))
        {
            case AccessReply.Denied:
                return (new(Gates.DryRun, GateStatus.NotRun, $"the bot may not {permission.Verb} {permission.Plural} there, not even in a dry run: whoever does it sees its own dry run first"), default);
            case AccessReply.Failed(var why):
                return (new(Gates.DryRun, GateStatus.NotRun, $"whether the bot may {permission.Verb} {permission.Plural} could not be asked: {Printable.Of(why.Problem ?? "")}"), default);
            default:
                break;
        }

        return await action.Write.SendAsync(cluster, isDryRun: true, cancellationToken) switch
        {
            ClusterReply.Done done => (new(Gates.DryRun, GateStatus.Passed, "the server and its admission take it", Answer(action.Write, done)), default),
            ClusterReply.Refused { Status.IsForbidden: true } refused => (new(Gates.DryRun, GateStatus.NotRun, Printable.Of(refused.Status.ToString())), default),
            ClusterReply.Refused { Status.IsConflict: true } => (new(Gates.DryRun, GateStatus.Failed, "the object was changed while it was looked at"), RefusalCode.NeedsEvidence),
            ClusterReply.Refused refused => (new(Gates.DryRun, GateStatus.Failed, Printable.Of(refused.Status.ToString())), RefusalCode.RefusedByCluster),
            var reply => (new(Gates.DryRun, GateStatus.NotRun, Printable.Of(reply.Problem ?? "")), default),
        };
    }

    /// <summary>What the dry run shows: for a patch the difference that it would make, after admission.</summary>
    private static string Answer(ActionWrite write, ClusterReply.Done done)
    {
        var warnings = string.Concat(done.Warnings.Select(warning => $"Warning: {warning}\n"));
        return warnings + write switch
        {
            ActionWrite.Patch patch => UnifiedDiff.Of(patch.Target.Name, TextOf(patch.Before), TextOf(done.Object)),
            ActionWrite.Delete delete => $"pod \"{delete.Target.Name}\" deleted (server dry run)\n",
            _ => "",
        };
    }

    /// <summary>With keys in one order, so that only what differs is a difference. A value of the environment may be a secret, and an issue is read by many.</summary>
    private static string TextOf(JsonObject item)
    {
        var bare = JsonNode.Parse(CanonicalJson.Of(item))!.AsObject();
        HideValues(bare);
        return AdmittedText.Of(bare, null);
    }

    private static void HideValues(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach (var variable in (map["env"] as JsonArray ?? []).OfType<JsonObject>().Where(variable => variable.ContainsKey("value")))
            {
                variable["value"] = "(not shown)";
            }

            foreach (var (_, value) in map)
            {
                HideValues(value);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var value in list)
            {
                HideValues(value);
            }
        }
    }

    private static string Text(IReadOnlyList<Precondition> preconditions) => string.Concat(preconditions.Select(each =>
        string.Create(CultureInfo.InvariantCulture, $"{each.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} {(each.Holds ? "holds" : "does not hold")}: {each.What}: {Printable.Of(each.Seen)}\n")));

    private static IReadOnlyList<GateResult> Results(GateResult safety, GateResult dryRun, GateResult rollback) =>
    [
        new(Gates.Reparse, GateStatus.NotApplicable, "no file is changed"),
        new(Gates.MinimalDiff, GateStatus.NotApplicable, "no file is changed"),
        new(Gates.Policy, GateStatus.NotApplicable, "no manifest is changed"),
        safety,
        new(Gates.Schema, GateStatus.NotApplicable, "no manifest is changed"),
        dryRun,
        rollback,
    ];

    private static Verification.Refused Refuse(RefusalCode code, string why, Func<string, GateResult> notRun, string details = "") => new(
        Gates.Safety,
        new(code, Printable.Of(why)),
        Results(new(Gates.Safety, GateStatus.Failed, Printable.Of(why), details), notRun(Gates.DryRun), notRun(Gates.Rollback)));

    private static Func<string, GateResult> NotRun(string why) => gate => new(gate, GateStatus.NotRun, why);
}
