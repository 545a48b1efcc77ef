using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Who may do what stays: roles and bindings of whichever group keep everything but their metadata, and a pod keeps its service account.</summary>
internal static class SafeAccess
{
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ServiceAccount", "CertificateSigningRequest", "APIService", "Policy", "AppProject",
    };

    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (Kinds.Contains(@case.Kind) && !change.StartsWith("metadata", "labels") && !change.StartsWith("metadata", "annotations") && change.Path is not ["apiVersion"]
                && change is not { LastKey: "automountServiceAccountToken" })
            {
                return $"{change} of a {@case.Kind} is changed";
            }

            if (change.Passes("subjects") || change.Passes("roleRef") || change.Passes("verbs") || change.Passes("nonResourceURLs") || change.Passes("resourceNames")
                || change.Passes("users") || change.Passes("groups") || change.Passes("allowedCapabilities") || change.Passes("clusterRole") || change.Passes("impersonate"))
            {
                // A webhook's rules are about what it is asked, not about what anybody may.
                return $"{change} is changed";
            }
        }

        return Account(@case);
    }

    /// <summary>By which account each pod runs, under the old name of the field or the new one.</summary>
    private static string? Account(SafetyCase @case)
    {
        var before = Accounts(@case.Pair.BeforeTree);
        var after = Accounts(@case.Pair.AfterTree);
        return before.SequenceEqual(after, StringComparer.Ordinal) ? null : "the service account of a pod is changed";
    }

    private static List<string> Accounts(JsonNode? tree)
    {
        var found = new List<string>();
        Collect(tree, found);
        return found;
    }

    private static void Collect(JsonNode? node, List<string> found)
    {
        if (node is JsonObject map)
        {
            var current = map["serviceAccountName"];
            var old = map["serviceAccount"];
            if ((current is null or JsonValue) && (old is null or JsonValue) && (current ?? old) is { } account)
            {
                found.Add(account.ToJsonString());
            }

            foreach (var (_, value) in map)
            {
                Collect(value, found);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var element in list)
            {
                Collect(element, found);
            }
        }
    }
}
