using System.Text.Json.Nodes;

namespace SelfHealGitOps.Fakes;

/// <summary>How lists of built-in types are merged.</summary>
internal static class ListKeys
{
    private static readonly string[] Atomic =
    [
        "args", "command", "rules", "subjects", "tolerations", "items", "matchExpressions", "values", "paths", "tls", "from", "to", "ingress",
        "egress", "metrics", "searches", "nameservers", "options", "resourceNames", "resources", "verbs", "apiGroups", "apiVersions", "operations",
        "httpHeaders", "envFrom", "sources", "supplementalGroups", "nodeSelectorTerms", "matchFields", "policyTypes",
        "preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution", "matchConditions",
        "admissionReviewVersions", "subsets", "addresses", "parameters", "validations", "auditAnnotations", "policies",
    ];

    /// <summary>What tells elements apart; none for a list that is one value.</summary>
    /// <param name="name">Of the field that holds the list.</param>
    /// <param name="parent">Of the field around that.</param>
    public static string[] Of(string name, string parent) => name switch
    {
        "containers" or "initContainers" or "ephemeralContainers" or "volumes" or "env" or "imagePullSecrets" or "sysctls" or "resourceClaims"
            or "schedulingGates" or "webhooks" or "secrets" => ["name"],
        "volumeMounts" => ["mountPath"],
        "volumeDevices" => ["devicePath"],
        "ports" when parent is "containers" or "initContainers" or "ephemeralContainers" => ["containerPort", "protocol"],
        "ports" => ["port", "protocol"],
        "hostAliases" => ["ip"],
        "topologySpreadConstraints" => ["topologyKey", "whenUnsatisfiable"],
        "conditions" => ["type"],
        "ownerReferences" => ["uid"],
        _ => [],
    };

    /// <summary>The one key that strategic merge goes by; server-side apply has more of them.</summary>
    public static string? StrategicOf(string name, string parent) => Of(name, parent) is [var first, ..] ? first : null;

    /// <summary>Lists of scalars that are merged, not replaced.</summary>
    public static bool IsSet(string name) => name is "finalizers";

    /// <summary>Lists of which it is known that they are replaced as a whole.</summary>
    public static bool IsAtomic(string name, JsonArray list) => !list.Any(element => element is JsonObject) || Atomic.Contains(name);

    /// <summary>The element's own address among others.</summary>
    public static string Address(JsonObject element, string[] keys)
    {
        var address = new JsonObject();
        foreach (var key in keys)
        {
            if (element[key] is { } value)
            {
                address[key] = value.DeepClone();
            }
            else if (key == "protocol")
            {
                address[key] = "TCP";
            }
        }

        return address.ToJsonString();
    }
}
