using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>Takes a workload back to a template that it had before, by the patch that <c>kubectl rollout undo</c> sends.</summary>
/// <param name="Revision">Null for the one before what runs now.</param>
internal sealed record UndoRollout(string Cluster, ObjectReference Target, long? Revision) : ClusterAction(Cluster, Target)
{
    private const string RevisionParameter = "revision";

    /// <summary>Of the API server, for all three kinds.</summary>
    private const int DefaultLimit = 10;

    /// <summary>The Deployment's own; everything else in its annotations goes back with the template.</summary>
    private static readonly string[] Kept =
    [
        "kubectl.kubernetes.io/last-applied-configuration", RevisionHistory.RevisionAnnotation, "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to",
    ];

    public static ActionKind Kind { get; } = new(
        "undo-rollout", "Takes a workload back to the template of an earlier revision.", Workload.Types,
        [new(RevisionParameter, "The revision to go back to; left out, the one before what runs now.")], Choose);

    public override string Id => Kind.Id;

    public override IReadOnlyDictionary<string, string> Parameters { get; } = Revision is { } number
        ? new Dictionary<string, string> { [RevisionParameter] = number.ToString(CultureInfo.InvariantCulture) }
        : [];

    public override AccessQuestion.Resource Permission => new("patch", Target.Type.Group, Target.Type.Plural, Target.Namespace, Target.Name);

    public override string Expected => RolloutSignal.Expected;

    public override string WhyNotGit(string? file) => file is null
        ? "No file of this repository has the object: no commit reaches it."
        : $"{file} has the object, but neither Argo CD nor Flux keeps the two alike: what runs was put there in another way. Whoever applies the file next puts back what it says; see that it says the right thing.";

    public override async Task<ActionReading> ReadAsync(ICluster cluster, TimeProvider clock, CancellationToken cancellationToken)
    {
        var checks = new PreconditionList(clock);
        var (live, otherwise) = await checks.ReadAsync(cluster, Target, cancellationToken);
        if (live is null)
        {
            return otherwise!;
        }

        var workload = new Workload(live);
        checks.AddLive(live);
        var owner = GitOpsOwner.Of(live);
        checks.Add(
            "Git does not put it back",
            owner is null,
            owner is null ? "neither Argo CD nor Flux marks it as theirs" : $"{owner.Name} would put it back to what Git says; revert the commit in Git instead");
        workload.AddRollsOut(checks);
        checks.Add("its controller has seen it as it is", workload.IsObserved, workload.IsObserved ? "it has" : "status.observedGeneration is behind metadata.generation");
        var kept = Workload.Number(workload.Spec, "revisionHistoryLimit") ?? DefaultLimit;
        checks.Add("what runs now is kept, to be gone back to", kept > 0, $"revisionHistoryLimit is {kept}");
        if (!checks.Hold)
        {
            return checks.Void;
        }

        var (history, unread) = await RevisionHistory.ReadAsync(cluster, Target, workload, cancellationToken);
        if (history is null)
        {
            return unread!;
        }

        checks.Add("there are two revisions at least", history.Count >= 2, $"there {(history.Count == 1 ? "is" : "are")} {history.Count}");
        if (!checks.Hold)
        {
            return checks.Void;
        }

        var current = history[^1];
        var wanted = Revision is { } number ? history.FirstOrDefault(each => each.Number == number) : history[^2];
        checks.Add(
            "the revision is there, and is not what runs",
            wanted is not null && !JsonNode.DeepEquals(wanted.Template, current.Template),
            $"there are {string.Join(", ", history.Select(each => each.Number))}; {current.Number} runs{(wanted is not null && wanted != current && JsonNode.DeepEquals(wanted.Template, current.Template) ? $", and {wanted.Number} is the same" : "")}");
        return checks.Hold ? Ready(live, workload, current, wanted!, checks, clock.GetUtcNow()) : checks.Void;
    }

    private static ActionChoice Choose(string cluster, ObjectReference target, IReadOnlyDictionary<string, string> parameters) =>
        !parameters.TryGetValue(RevisionParameter, out var text) ? new ActionChoice.Chosen(new UndoRollout(cluster, target, Revision: null))
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new ActionChoice.Chosen(new UndoRollout(cluster, target, number))
        : new ActionChoice.Refused("the revision must be a whole number from 1 on");

    private ActionReading.Ready Ready(JsonObject live, Workload workload, RolloutRevision current, RolloutRevision wanted, PreconditionList checks, DateTimeOffset now)
    {
        string Back(long number, params string[] more) => Kubectl([.. (string[])["rollout", "undo", Word, string.Create(CultureInfo.InvariantCulture, $"--to-revision={number}")], .. more]);
        return new ActionReading.Ready(new()
        {
            Action = this,
            Uid = workload.Uid,
            State = CanonicalJson.Of(new JsonObject
            {
                ["from"] = workload.Template.DeepClone(),
                ["to"] = wanted.Template.DeepClone(),
            }),
            Command = Back(wanted.Number),
            DryRunCommand = Back(wanted.Number, "--dry-run=server"),
            Write = new ActionWrite.Patch(Target, wanted.Patch is null ? PatchType.Json : PatchType.StrategicMerge, wanted.Patch is null ? JsonPatch(live, workload, wanted) : Bound(wanted.Patch, workload), live),
            Signal = new RolloutSignal(Target, now),
            Undo = Back(current.Number),
            UndoNote = "data that older code has written meanwhile stays as it is",
            UndoProof = $"revision {current.Number} is what runs, and is kept: there is something to go back to",
            WatchCommand = Kubectl("rollout", "status", Word, Convergence.KubectlTimeout),
            Preconditions = checks.All,
            Seen = live,
        });
    }

    private static JsonArray JsonPatch(JsonObject live, Workload workload, RolloutRevision wanted)
    {
        var annotations = new JsonObject();
        foreach (var (from, isKept) in new[] { (live["metadata"]?["annotations"] as JsonObject, true), (wanted.Annotations, false) })
        {
            foreach (var (key, value) in from ?? [])
            {
                if (Kept.Contains(key) == isKept)
                {
                    annotations[key] = value?.DeepClone();
                }
            }
        }

        return
        [
            new JsonObject { ["op"] = "replace", ["path"] = "/metadata/resourceVersion", ["value"] = workload.ResourceVersion },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = wanted.Template.DeepClone() },
            new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = annotations },
        ];
    }

    private static JsonObject Bound(JsonObject patch, Workload workload)
    {
        var bound = (JsonObject)patch.DeepClone();
        bound["metadata"] = new JsonObject { ["uid"] = workload.Uid, ["resourceVersion"] = workload.ResourceVersion };
        return bound;
    }
}
