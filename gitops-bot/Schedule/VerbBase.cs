using System.Collections.Frozen;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What an action costs before anything is known of where it happens.</summary>
internal sealed record VerbBase(string Verb, int Points, string Why)
{
    /// <summary>From the lightest to the heaviest.</summary>
    public static IReadOnlyList<VerbBase> All { get; } =
    [
        new("annotate", 1, "read by tools; the pods stay"),
        new("refresh-application", 2, "Argo CD looks again; nothing is applied by it"),
        new("label", 3, "Services and policies may select by it"),
        new("uncordon", 3, "a node takes pods again"),
        new("pause-rollout", 4, "half of a rollout stays as it is"),
        new("cordon", 5, "a node takes no more pods; those that run stay"),
        new("suspend-cronjob", 5, "runs are missed, none is cut short"),
        new("resume-rollout", 6, "goes on with a change that somebody held"),
        new("resume-cronjob", 6, "missed runs may start at once"),
        new("untaint-node", 6, "pods come that were kept away"),
        new("terminate-operation", 6, "a sync ends half applied"),
        new("evict-pod", 7, "one pod, and the budget is asked"),
        new("delete-pod", 8, "one pod, and no budget is asked"),
        new("set-resources", 8, "all pods are replaced, and may find no node"),
        new("scale-up", 8, "more load on what lies behind, and on the nodes"),
        new("run-job", 8, "does its work once more"),
        new("delete-job", 8, "its pods and their logs go"),
        new("restart-rollout", 10, "all pods are replaced, by the rollout's own rules"),
        new("sync-application", 10, "applies whatever has gathered in Git"),
        new("set-image", 12, "other code runs"),
        new("delete-replicaset", 12, "pods go, or a revision to return to"),
        new("undo-rollout", 14, "older code meets newer data"),
        new("scale-down", 14, "capacity goes"),
        new("expand-pvc", 15, "a volume never shrinks again"),
        new("rollback-application", 16, "every object of the application goes back"),
        new("taint-node", 20, "pods that do not tolerate it are evicted"),
        new("approve-csr", 25, "somebody becomes somebody to the cluster"),
        new("delete-configmap", 25, "pods that start next do not"),
        new("drain-node", 30, "every pod of a node moves"),
        new("delete-service", 30, "its name and its address are gone at once"),
        new("delete-deployment", 35, "all pods go, and none comes back"),
        new("delete-statefulset", 40, "all pods go, and their data is left alone"),
        new("delete-secret", 40, "what it held may be nowhere else"),
        new("exec", 45, "whatever the command does"),
        new("remove-finalizer", 45, "what the finalizer guarded is left behind"),
    ];

    private static readonly FrozenDictionary<string, VerbBase> ByVerb = All.ToFrozenDictionary(entry => entry.Verb, StringComparer.Ordinal);

    /// <summary>What a verb costs that the table does not have: as much as its heaviest.</summary>
    public static int Most { get; } = All.Max(entry => entry.Points);

    public static VerbBase? Find(string verb) => ByVerb.GetValueOrDefault(verb);
}
