using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>Replaces all pods of a workload by its own rollout rules: the patch of one annotation, as <c>kubectl rollout restart</c> sends it.</summary>
internal sealed record RestartRollout(string Cluster, ObjectReference Target) : ClusterAction(Cluster, Target)
{
    private const string Annotation = "kubectl.kubernetes.io/restartedAt";

    public static ActionKind Kind { get; } = new(
        "restart-rollout", "Replaces all pods of a workload, by its own rollout rules.", Workload.Types, [],
        (cluster, target, _) => new ActionChoice.Chosen(new RestartRollout(cluster, target)));

    public override string Id => Kind.Id;

    public override AccessQuestion.Resource Permission => new("patch", Target.Type.Group, Target.Type.Plural, Target.Namespace, Target.Name);

    public override string Expected => RolloutSignal.Expected;

    public override string WhyNotGit(string? file) =>
        $"{file ?? "A file"} says what runs, and not since when: only a commit that changes the pods would make them anew.";

    public override async Task<ActionReading> ReadAsync(ICluster cluster, TimeProvider clock, CancellationToken cancellationToken)
    {
        var checks = new PreconditionList(clock);
        var (live, otherwise) = await checks.ReadAsync(cluster, Target, cancellationToken);
        return live is null ? otherwise! : Ready(live, checks, clock.GetUtcNow());
    }

    private ActionReading Ready(JsonObject live, PreconditionList checks, DateTimeOffset now)
    {
        var workload = new Workload(live);
        checks.AddLive(live);
        workload.AddRollsOut(checks);
        var pods = workload.WantedPods;
        checks.Add("it has pods to replace", pods is not 0, pods?.ToString(CultureInfo.InvariantCulture) ?? "not known how many");
        if (!checks.Hold)
        {
            return checks.Void;
        }

        var patch = PatchAt(now);
        var shown = patch.ToJsonString();
        patch["metadata"] = new JsonObject { ["uid"] = workload.Uid, ["resourceVersion"] = workload.ResourceVersion };
        return new ActionReading.Ready(new()
        {
            Action = this,
            Uid = workload.Uid,
            State = CanonicalJson.Of(workload.Template),
            Command = Kubectl("rollout", "restart", Word),
            // kubectl rollout restart knows no dry run; this is the patch that it sends.
            DryRunCommand = Kubectl("patch", Word, "--dry-run=server", "-o", "yaml", "-p", shown),
            Write = new ActionWrite.Patch(Target, PatchType.StrategicMerge, patch, live),
            Signal = new RolloutSignal(Target, now),
            Undo = null,
            UndoNote = "none: the pods that go are gone. Nothing of the workload changes but one annotation of its template",
            WatchCommand = Kubectl("rollout", "status", Word, Convergence.KubectlTimeout),
            WayOut = Kubectl("rollout", "undo", Word),
            WayOutNote = Target.Type == ResourceTypes.StatefulSets
                ? "ends the rollout: pods of before that still run stay, and new ones are made as before. A new pod that never gets ready has to be deleted by hand as well"
                : "ends the rollout: pods of before that still run stay, and new ones are made as before",
            Preconditions = checks.All,
            Seen = live,
        });
    }

    private static JsonObject PatchAt(DateTimeOffset now) => new()
    {
        ["spec"] = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotation] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) } },
            },
        },
    };
}
