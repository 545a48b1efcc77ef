using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The kinds that run pods for as long as they are there, or to an end, as far as rules tell them apart.</summary>
internal enum Workload : byte
{
    /// <summary>Any other object, a pod among them.</summary>
    None,
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    ReplicationController,
    DeploymentConfig,
    Job,
    CronJob,
}

/// <summary>Where workloads keep what several rules ask for. The templates themselves are found by <see cref="PodTemplate"/>.</summary>
internal static class Workloads
{
    public static Workload Of(Subject subject)
    {
        var type = ObjectType.Of(subject.Root);
        var kind = type.Kind;
        var group = type.Group;
        if (group.SequenceEqual("apps"u8) || group.SequenceEqual("extensions"u8))
        {
            return kind.SequenceEqual("Deployment"u8) ? Workload.Deployment
                : kind.SequenceEqual("ReplicaSet"u8) ? Workload.ReplicaSet
                : kind.SequenceEqual("StatefulSet"u8) ? Workload.StatefulSet
                : kind.SequenceEqual("DaemonSet"u8) ? Workload.DaemonSet
                : Workload.None;
        }

        if (group.SequenceEqual("batch"u8))
        {
            return kind.SequenceEqual("Job"u8) ? Workload.Job
                : kind.SequenceEqual("CronJob"u8) ? Workload.CronJob
                : Workload.None;
        }

        if ((group.IsEmpty || group.SequenceEqual("apps.openshift.io"u8)) && kind.SequenceEqual("DeploymentConfig"u8))
        {
            return Workload.DeploymentConfig;
        }

        return group.IsEmpty && kind.SequenceEqual("ReplicationController"u8) ? Workload.ReplicationController : Workload.None;
    }

    /// <summary>How many pods the workload wants.</summary>
    /// <param name="count">Where nothing is written, what it stands for: 1, and 0 for a DeploymentConfig, as kube-linter counts.</param>
    /// <returns>False for kinds without such a number, and where it is filled in later.</returns>
    public static bool TryReplicas(Subject subject, out Field replicas, out long count)
    {
        var workload = Of(subject);
        replicas = subject.Spec[Name.Replicas];
        count = workload == Workload.DeploymentConfig ? 0 : 1;
        if (workload is Workload.None or Workload.DaemonSet or Workload.Job or Workload.CronJob)
        {
            return false;
        }

        if (!replicas.Exists)
        {
            return true;
        }

        count = replicas.Integer ?? -1;
        return replicas.Integer is not null;
    }

    /// <summary>The field that says by which labels the workload knows its pods.</summary>
    public static Field Selector(Subject subject, Workload workload) =>
        (workload == Workload.CronJob ? subject.Spec[Name.JobTemplate][Name.Spec] : subject.Spec)[Name.Selector];

    /// <summary>The selector itself; the older kinds have a plain map of labels.</summary>
    public static PodSelector PodSelector(Subject subject, Workload workload)
    {
        var selector = Selector(subject, workload);
        return workload is Workload.DeploymentConfig or Workload.ReplicationController
            ? Policy.PodSelector.OfMap(selector)
            : Policy.PodSelector.Of(selector);
    }
}
