namespace SelfHealGitOps.Bot.Export;

/// <summary>
/// Kinds that one policy judges: those whose objects have what is judged at one path, so that the API server can check
/// the types of every expression.
/// </summary>
/// <param name="Name">The last part of the policy's name.</param>
internal sealed record CelTarget(string Name, IReadOnlyList<CelResource> Resources)
{
    /// <summary>What can be asked of objects of these kinds.</summary>
    public required IReadOnlyList<CelScope> Scopes { get; init; }

    /// <summary>When an object is looked at at all; by name.</summary>
    public required IReadOnlyList<(string Name, string Expression)> Conditions { get; init; }

    /// <summary>What expressions may name, a variable behind those it uses itself.</summary>
    public IReadOnlyList<(string Name, string Expression)> Variables { get; init; } = [];

    public static IReadOnlyList<CelTarget> All { get; } =
    [
        // By name, and never pods/*: a subresource still to come may hold something else than a pod.
        Pods("pods", "object", [new("", "pods", "Pod"), new("", "pods/ephemeralcontainers", null), new("", "pods/resize", null)]),
        Pods(
            "workloads",
            "object.spec.template",
            [
                new("", "replicationcontrollers", "ReplicationController"),
                new("apps", "deployments", "Deployment"),
                new("apps", "replicasets", "ReplicaSet"),
                new("apps", "statefulsets", "StatefulSet"),
                new("apps", "daemonsets", "DaemonSet"),
                new("batch", "jobs", "Job"),
            ]),
        Pods("cronjobs", "object.spec.jobTemplate.spec.template", [new("batch", "cronjobs", "CronJob")]),
        Pods("podtemplates", "object.template", [new("", "podtemplates", "PodTemplate")]),
        new("services", [new("", "services", "Service")])
        {
            Scopes = [CelScope.Service],
            Conditions = [("changed", "request.operation != 'UPDATE' || object.spec != oldObject.spec")],
        },
        new("clusterrolebindings", [new("rbac.authorization.k8s.io", "clusterrolebindings", "ClusterRoleBinding")])
        {
            Scopes = [CelScope.ClusterRoleBinding],
            Conditions =
            [
                ("changed", "request.operation != 'UPDATE' || object.roleRef != oldObject.roleRef || object.?subjects != oldObject.?subjects"),
                OwnRights,
            ],
        },
        new(
            "roles",
            [new("rbac.authorization.k8s.io", "roles", "Role"), new("rbac.authorization.k8s.io", "clusterroles", "ClusterRole")])
        {
            Scopes = [CelScope.Role],
            Conditions = [("changed", "request.operation != 'UPDATE' || object.?rules != oldObject.?rules"), OwnRights],
        },
    ];

    /// <summary>The API server writes its own roles at its start, and does not start without them.</summary>
    private static (string Name, string Expression) OwnRights => ("not-of-the-api-server", "request.userInfo.username != 'system:apiserver'");

    /// <param name="at">Where the metadata and spec of the pod lie.</param>
    private static CelTarget Pods(string name, string at, IReadOnlyList<CelResource> resources)
    {
        // What rules read of a pod. Everything else may change in an object that has always been as it is: a finalizer
        // must come off, and replicas must go up and down.
        var pod = at == "object"
            ? "object.spec != oldObject.spec || object.metadata.?annotations != oldObject.metadata.?annotations"
            : $"{at} != oldO{at[1..]}";
        return new(name, resources)
        {
            Scopes = [CelScope.Pod, CelScope.Container, CelScope.RegularContainer],
            Conditions =
            [
                ("changed", $"request.operation != 'UPDATE' || {pod}"),

                // Nothing that is on its way out starts another pod or container.
                ("not-being-deleted", "request.operation != 'UPDATE' || !has(oldObject.metadata.deletionTimestamp)"),
            ],
            Variables =
            [
                ("pod", $"{at}.spec"),
                ("annotations", $"{at}.?metadata.?annotations.orValue({{}})"),

                // The lists have different types; dyn lets them be one.
                ("containers", "dyn(variables.pod.?initContainers.orValue([])) + dyn(variables.pod.?containers.orValue([])) + dyn(variables.pod.?ephemeralContainers.orValue([]))"),
                ("volumes", "variables.pod.?volumes.orValue([])"),
                ("serviceAccount", "variables.pod.?serviceAccountName.orValue('') != '' ? variables.pod.serviceAccountName : variables.pod.?serviceAccount.orValue('')"),
                ("isWindows", "variables.pod.?os.?name.orValue('') == 'windows'"),
                ("isInUserNamespace", "!variables.pod.?hostUsers.orValue(true)"),
            ],
        };
    }
}

/// <param name="Kind">Null for a subresource, whose kind its resource has.</param>
internal sealed record CelResource(string Group, string Resource, string? Kind);
