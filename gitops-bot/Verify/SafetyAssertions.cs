using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>The assertions of the safety gate, by name. Each answers with what is broken, or null; none quotes a value that may be secret.</summary>
internal static class SafetyAssertions
{
    /// <summary>Fields by which one object chooses others.</summary>
    private static readonly HashSet<string> Selectors = new(StringComparer.Ordinal)
    {
        "selector", "matchLabels", "matchExpressions", "podSelector", "namespaceSelector", "labelSelector", "objectSelector", "scaleTargetRef", "targetRef", "clusterRoleSelectors", "aggregationRule",
    };

    private static readonly HashSet<string> ContainerLists = new(StringComparer.Ordinal) { "containers", "initContainers", "ephemeralContainers" };

    private static readonly HashSet<string> Probes = new(StringComparer.Ordinal) { "livenessProbe", "readinessProbe", "startupProbe" };

    private static readonly HashSet<string> Counts = new(StringComparer.Ordinal)
    {
        "replicas", "minReplicas", "maxReplicas", "minReplicaCount", "maxReplicaCount", "parallelism", "completions", "minScale", "maxScale",
    };

    public static IReadOnlyList<(string Name, Func<SafetyCase, string?> Holds)> All { get; } =
    [
        ("identity", Identity),
        ("ownership", Ownership),
        ("steering", SafeSteering.Broken),
        ("selectors", SelectorsStay),
        ("labels", Labels),
        ("images", SafeImages.Broken),
        ("containers", Containers),
        ("commands", Commands),
        ("data-volumes", SafeVolumes.Broken),
        ("pod-security", PodSecurityLevel.Broken),
        ("privileges", SafePrivileges.Broken),
        ("access", SafeAccess.Broken),
        ("exposure", Exposure),
        ("secrets", SafeSecrets.Broken),
        ("replicas", Replicas),
        ("fields", SafeFields.Broken),
    ];

    private static string? Identity(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (change.Path is ["kind", ..] or ["metadata", "name" or "generateName" or "namespace" or "uid" or "resourceVersion" or "creationTimestamp" or "deletionTimestamp" or "generation" or "managedFields" or "selfLink", ..] or ["metadata"] or ["status", ..])
            {
                return $"{change} is changed";
            }

            if (change.Path is ["apiVersion", ..] && !IsMove(@case, SafetyCase.Text(change.Before), SafetyCase.Text(change.After)))
            {
                return "apiVersion is changed, and not to a version that has come in its place";
            }

            // An object in an object is one, too.
            if (change.Path is [.., "apiVersion" or "kind"] && change.Path.Count > 1 && change.IsBefore && !change.Passes("scaleTargetRef"))
            {
                return $"{change} is changed";
            }
        }

        return null;
    }

    /// <summary>The same kind under the name that the API gave it later.</summary>
    private static bool IsMove(SafetyCase @case, string? from, string? to) =>
        from is not null && to is not null
        && RetiredApi.List.Any(api => api.From == from && api.To == to && api.Kinds.Split(' ').Contains(@case.Kind, StringComparer.Ordinal));

    private static bool IsMoved(SafetyCase @case) => @case.Changes.Any(change => change.Path is ["apiVersion"]);

    private static string? Ownership(SafetyCase @case) =>
        @case.Changes.FirstOrDefault(change => change.Passes("finalizers") || change.Passes("ownerReferences") || change.Passes("owners")) is { } change
            ? $"{change} is changed"
            : null;

    private static string? SelectorsStay(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (!change.Path.Any(Selectors.Contains) || IsSpread(change))
            {
                continue;
            }

            // What the old version took by default is written out.
            if (IsMoved(@case) && change.IsAdded && change.Path is ["spec", "selector", "matchLabels", var label]
                && SafetyCase.Pods(@case.Pair.Before) is [var pod] && pod.Metadata[Name.Labels][label].Text is { } value && value == SafetyCase.Text(change.After))
            {
                continue;
            }

            // An autoscaler's target keeps its name; only how its kind is called may be put right.
            if (change.Path is ["spec", "scaleTargetRef", "apiVersion" or "kind"])
            {
                continue;
            }

            return $"{change} is changed";
        }

        return null;
    }

    /// <summary>Where a workload's own pods are to run; chooses nothing that anything is sent to.</summary>
    private static bool IsSpread(TreeChange change) =>
        change.Passes("affinity") || change.Passes("topologySpreadConstraints");

    /// <summary>No label goes or changes. One that comes to a pod is wanted by the workload's own selector, or by no selector at all.</summary>
    private static string? Labels(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            var at = change.Path.ToList().IndexOf("labels");
            if (at < 1 || change.Path[at - 1] != "metadata")
            {
                continue;
            }

            if (!change.IsAdded || at != change.Path.Count - 2 || SafetyCase.Text(change.After) is not { } value)
            {
                return $"{change} is changed";
            }

            var label = change.Last;
            if (label.StartsWith("pod-security.kubernetes.io/", StringComparison.Ordinal))
            {
                return $"{change} is changed";
            }

            if (!IsWanted(@case, label, value) && SelectorsOf(@case).Contains(label))
            {
                return $"{change} is new, and a selector asks for {label}";
            }
        }

        return null;
    }

    private static bool IsWanted(SafetyCase @case, string label, string value)
    {
        var selector = @case.Pair.Before[Name.Spec][Name.Selector];
        return (selector[Name.MatchLabels].IsMap ? selector[Name.MatchLabels] : selector)[label].Text == value;
    }

    /// <summary>Every label that some selector of the repository asks for, whatever it is about.</summary>
    private static HashSet<string> SelectorsOf(SafetyCase @case) => @case.Candidate.Surroundings.SelectedLabels;

    private static string? Containers(SafetyCase @case)
    {
        var before = new List<string>();
        var after = new List<string>();
        CollectContainers(@case.Pair.BeforeTree, "", before);
        CollectContainers(@case.Pair.AfterTree, "", after);
        return before.SequenceEqual(after, StringComparer.Ordinal) ? null : "containers, their names or their order are changed";
    }

    /// <summary>Every place that is called like a list of containers, with the names in it; what has another shape stands there as it is.</summary>
    private static void CollectContainers(JsonNode? node, string path, List<string> found)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    if (ContainerLists.Contains(key))
                    {
                        found.Add($"{path}/{key}={(value is JsonArray list ? string.Join(',', list.Select(element => element is JsonObject container ? container["name"]?.ToJsonString() ?? "?" : element?.ToJsonString() ?? "null")) : value?.GetType().Name ?? "null")}");
                    }

                    CollectContainers(value, $"{path}/{key}", found);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    CollectContainers(list[i], $"{path}/{i}", found);
                }

                break;
        }
    }

    /// <summary>What runs stays; only a probe that was not there may bring a command, and only where the owner's defaults have that very probe.</summary>
    private static string? Commands(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (!change.Passes("command") && !change.Passes("args") && !change.Passes("lifecycle") && !change.Passes("exec") && !change.Passes("postStart") && !change.Passes("preStop"))
            {
                continue;
            }

            if (change.Passes("lifecycle") && change is { IsRemoved: true, Last: "host" })
            {
                continue;
            }

            if (!(change.IsAdded && change.Path.Any(Probes.Contains) && IsOfDefaults(@case, change)))
            {
                return $"{change} is changed";
            }
        }

        return null;
    }

    private static bool IsOfDefaults(SafetyCase @case, TreeChange change)
    {
        var defaults = @case.Candidate.Surroundings.Settings.Defaults;
        var probe = change.Path.First(Probes.Contains);
        var value = probe switch
        {
            "livenessProbe" => defaults.LivenessProbe,
            "readinessProbe" => defaults.ReadinessProbe,
            _ => null,
        };
        JsonNode? at = value?.ToJson();
        foreach (var step in change.Path.SkipWhile(step => step != probe).Skip(1))
        {
            at = at is JsonObject map ? map[step] : null;
        }

        return at is not null && JsonEquality.AreEqual(at, change.After);
    }

    /// <summary>Nothing is opened to more than before: Services, routes, network policies, host ports of whoever calls them so.</summary>
    private static string? Exposure(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            var isNetworkPolicy = @case.Kind.EndsWith("NetworkPolicy", StringComparison.Ordinal) || @case.Kind is "AuthorizationPolicy" or "PeerAuthentication";
            if ((isNetworkPolicy && change.StartsWith("spec"))
                || (change.IsAfter && (change.Passes("externalIPs") || change.Passes("loadBalancerIP") || change.Passes("loadBalancerSourceRanges") || change.LastKey is "nodePort" or "externalName"))
                || (change.IsRemoved && (change.Passes("loadBalancerSourceRanges") || change.Passes("tls")))
                || (@case.Kind == "Service" && change.StartsWith("spec", "type"))
                || (change.LastKey == "failurePolicy" && SafetyCase.Text(change.Before) == "Fail")
                || change.Path.Any(step => step.Contains("snippet", StringComparison.OrdinalIgnoreCase)))
            {
                return $"{change} is changed";
            }
        }

        return null;
    }

    private static string? Replicas(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (Counts.Contains(change.LastKey) && change.IsAfter && SafetyCase.Integer(change.After) is not > 0)
            {
                return $"{change} must be a number above 0";
            }

            if (change.LastKey is "suspend" or "paused" && change.IsAfter && !SafetyCase.IsFalse(change.After))
            {
                return $"{change} must not be switched on";
            }
        }

        return null;
    }
}
