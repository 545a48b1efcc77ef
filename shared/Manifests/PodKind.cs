using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>A kind whose objects are pods, or make them.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The plural of the kind in the paths of the API, for registrations.</param>
public sealed record PodKind(string Group, string Kind, string Resource)
{
    private static readonly Name[] Template = [Name.Spec, Name.Template];
    private static readonly Name[] JobTemplate = [Name.Spec, Name.JobTemplate, Name.Spec, Name.Template];
    private static readonly Name[] TemplateInTemplate = [Name.Spec, Name.Template, Name.Spec, Name.Template];
    private static readonly Name[] Head = [Name.HeadGroupSpec, Name.Template];
    private static readonly Name[] Workers = [Name.WorkerGroupSpecs, Every, Name.Template];

    private readonly byte[] kindUtf8 = Encoding.UTF8.GetBytes(Kind);

    /// <summary>In a path: each element of the list, or each value of the map, that the path has led to.</summary>
    internal const Name Every = Name.None;

    /// <summary>
    /// THE ONE LIST of kinds that hold a pod spec. Every rule and the webhook's registration go through it, so that no
    /// kind is judged in one place and forgotten in another. Custom resources are those that embed the template of a pod
    /// as Kubernetes has it, at a path that their definition fixes.
    /// </summary>
    public static IReadOnlyList<PodKind> All { get; } =
    [
        // Kubernetes
        new("", "Pod", "pods") { Paths = [[]] },
        new("", "PodTemplate", "podtemplates") { Paths = [[Name.Template]] },
        new("", "ReplicationController", "replicationcontrollers") { Paths = [Template] },
        new("apps", "Deployment", "deployments") { Versions = ["v1", "v1beta1", "v1beta2"], Paths = [Template] },
        new("apps", "ReplicaSet", "replicasets") { Versions = ["v1", "v1beta2"], Paths = [Template] },
        new("apps", "DaemonSet", "daemonsets") { Versions = ["v1", "v1beta2"], Paths = [Template] },
        new("apps", "StatefulSet", "statefulsets") { Versions = ["v1", "v1beta1", "v1beta2"], Paths = [Template] },
        new("extensions", "Deployment", "deployments") { Versions = ["v1beta1"], Paths = [Template] },
        new("extensions", "ReplicaSet", "replicasets") { Versions = ["v1beta1"], Paths = [Template] },
        new("extensions", "DaemonSet", "daemonsets") { Versions = ["v1beta1"], Paths = [Template] },
        new("extensions", "StatefulSet", "statefulsets") { Versions = ["v1beta1"], Paths = [Template] },
        new("batch", "Job", "jobs") { Paths = [Template] },
        new("batch", "CronJob", "cronjobs") { Versions = ["v1", "v1beta1", "v2alpha1"], Paths = [JobTemplate] },

        // OpenShift; its first versions had no group of their own.
        new("apps.openshift.io", "DeploymentConfig", "deploymentconfigs") { Paths = [Template] },
        new("", "DeploymentConfig", "deploymentconfigs") { Paths = [Template] },

        // Argo Rollouts. A Rollout may refer to a Deployment instead, which is judged by itself.
        new("argoproj.io", "Rollout", "rollouts") { Versions = ["v1alpha1"], Paths = [Template] },
        new("argoproj.io", "AnalysisTemplate", "analysistemplates") { Versions = ["v1alpha1"], Paths = [[Name.Spec, Name.Metrics, Every, Name.Provider, Name.Job, Name.Spec, Name.Template]] },
        new("argoproj.io", "ClusterAnalysisTemplate", "clusteranalysistemplates") { Versions = ["v1alpha1"], IsNamespaced = false, Paths = [[Name.Spec, Name.Metrics, Every, Name.Provider, Name.Job, Name.Spec, Name.Template]] },

        // Knative
        new("serving.knative.dev", "Service", "services") { Versions = ["v1", "v1alpha1", "v1beta1"], Paths = [Template] },
        new("serving.knative.dev", "Configuration", "configurations") { Versions = ["v1", "v1alpha1", "v1beta1"], Paths = [Template] },
        new("serving.knative.dev", "Revision", "revisions") { Versions = ["v1", "v1alpha1", "v1beta1"], Paths = [[]] },
        new("sources.knative.dev", "ContainerSource", "containersources") { Versions = ["v1", "v1alpha2", "v1beta1"], Paths = [Template] },

        // OpenKruise
        new("apps.kruise.io", "CloneSet", "clonesets") { Versions = ["v1alpha1", "v1beta1"], Paths = [Template] },
        new("apps.kruise.io", "StatefulSet", "statefulsets") { Versions = ["v1alpha1", "v1beta1"], Paths = [Template] },
        new("apps.kruise.io", "DaemonSet", "daemonsets") { Versions = ["v1alpha1", "v1beta1"], Paths = [Template] },
        new("apps.kruise.io", "BroadcastJob", "broadcastjobs") { Versions = ["v1alpha1", "v1beta1"], Paths = [Template] },
        new("apps.kruise.io", "AdvancedCronJob", "advancedcronjobs")
        {
            Versions = ["v1alpha1", "v1beta1"],
            Paths =
            [
                [Name.Spec, Name.Template, Name.JobTemplate, Name.Spec, Name.Template],
                [Name.Spec, Name.Template, Name.BroadcastJobTemplate, Name.Spec, Name.Template],
            ],
        },

        // KEDA, Agones
        new("keda.sh", "ScaledJob", "scaledjobs") { Versions = ["v1alpha1"], Paths = [[Name.Spec, Name.JobTargetRef, Name.Template]] },
        new("agones.dev", "GameServer", "gameservers") { Paths = [Template] },
        new("agones.dev", "GameServerSet", "gameserversets") { Paths = [TemplateInTemplate] },
        new("agones.dev", "Fleet", "fleets") { Paths = [TemplateInTemplate] },

        // Batch and machine learning: several templates in one object
        new("batch.volcano.sh", "Job", "jobs") { Versions = ["v1alpha1"], Paths = [[Name.Spec, Name.Tasks, Every, Name.Template]] },
        new("jobset.x-k8s.io", "JobSet", "jobsets") { Versions = ["v1alpha2"], Paths = [[Name.Spec, Name.ReplicatedJobs, Every, Name.Template, Name.Spec, Name.Template]] },
        new("leaderworkerset.x-k8s.io", "LeaderWorkerSet", "leaderworkersets")
        {
            Paths =
            [
                [Name.Spec, Name.LeaderWorkerTemplate, Name.LeaderTemplate],
                [Name.Spec, Name.LeaderWorkerTemplate, Name.WorkerTemplate],
            ],
        },
        new("kubeflow.org", "TFJob", "tfjobs") { Paths = [[Name.Spec, Name.TfReplicaSpecs, Every, Name.Template]] },
        new("kubeflow.org", "PyTorchJob", "pytorchjobs") { Paths = [[Name.Spec, Name.PytorchReplicaSpecs, Every, Name.Template]] },
        new("kubeflow.org", "MPIJob", "mpijobs") { Versions = ["v1", "v1alpha2", "v2beta1"], Paths = [[Name.Spec, Name.MpiReplicaSpecs, Every, Name.Template]] },
        new("kubeflow.org", "XGBoostJob", "xgboostjobs") { Paths = [[Name.Spec, Name.XgbReplicaSpecs, Every, Name.Template]] },
        new("kubeflow.org", "PaddleJob", "paddlejobs") { Paths = [[Name.Spec, Name.PaddleReplicaSpecs, Every, Name.Template]] },
        new("kubeflow.org", "JAXJob", "jaxjobs") { Paths = [[Name.Spec, Name.JaxReplicaSpecs, Every, Name.Template]] },
        new("ray.io", "RayCluster", "rayclusters") { Versions = ["v1", "v1alpha1"], Paths = [[Name.Spec, .. Head], [Name.Spec, .. Workers]] },
        new("ray.io", "RayJob", "rayjobs")
        {
            Versions = ["v1", "v1alpha1"], Paths = [[Name.Spec, Name.RayClusterSpec, .. Head], [Name.Spec, Name.RayClusterSpec, .. Workers], [Name.Spec, Name.SubmitterPodTemplate]],
        },
        new("ray.io", "RayService", "rayservices") { Versions = ["v1", "v1alpha1"], Paths = [[Name.Spec, Name.RayClusterConfig, .. Head], [Name.Spec, Name.RayClusterConfig, .. Workers]] },
    ];

    private static readonly (byte[] Group, PodKind[] Kinds)[] ByGroup =
        [.. All.GroupBy(kind => kind.Group).Select(group => (Encoding.UTF8.GetBytes(group.Key), group.ToArray()))];

    /// <summary>The versions that some cluster in use serves, for registrations; objects of any other are judged the same.</summary>
    public IReadOnlyList<string> Versions { get; init; } = ["v1"];

    public bool IsNamespaced { get; init; } = true;

    /// <summary>Where the holders of a pod's metadata and spec lie, from the object's root.</summary>
    internal IReadOnlyList<Name[]> Paths { get; init; } = [];

    /// <summary>Group and kind are compared ordinally, as the API server does; null for all other kinds.</summary>
    public static PodKind? Of(Field root)
    {
        var type = ObjectType.Of(root);
        var group = type.Group;
        foreach (var (name, kinds) in ByGroup)
        {
            if (!group.SequenceEqual(name))
            {
                continue;
            }

            foreach (var kind in kinds)
            {
                if (type.Kind.SequenceEqual(kind.kindUtf8))
                {
                    return kind;
                }
            }

            return null;
        }

        return null;
    }
}
