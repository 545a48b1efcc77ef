using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// No privilege comes and no confinement goes, by the names that Kubernetes gives them and at any depth: a custom resource
/// that embeds a pod under a path of its own is held to the same as a Deployment.
/// </summary>
internal static class SafePrivileges
{
    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (Why(change) is { } why)
            {
                return $"{change} {why}";
            }
        }

        return null;
    }

    public static bool IsProfileAnnotation(string step) =>
        step.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)
        || step.StartsWith("container.seccomp.security.alpha.kubernetes.io/", StringComparison.Ordinal)
        || step.StartsWith("seccomp.security.alpha.kubernetes.io/", StringComparison.Ordinal);

    private static string? Why(TreeChange change)
    {
        if (change.Passes("capabilities"))
        {
            return Capabilities(change);
        }

        if (change.Passes("sysctls"))
        {
            return change.IsAfter ? "adds a sysctl" : null;
        }

        if (change.Passes("seLinuxOptions"))
        {
            return change.IsAfter ? "sets SELinux options" : null;
        }

        if (change.Passes("seccompProfile") || change.Passes("appArmorProfile"))
        {
            return Profile(change);
        }

        if (change.Path.FirstOrDefault(IsProfileAnnotation) is not null)
        {
            return change.IsAfter && SafetyCase.Text(change.After) is "runtime/default" ? null : "loosens the profile that confines a container";
        }

        if (change.Passes("hostPath"))
        {
            return change.IsAfter ? "mounts a path of the node" : null;
        }

        if (change.Passes("supplementalGroups") || change.Passes("imagePullSecrets"))
        {
            return change.IsAfter ? "is not for a proposal to set" : null;
        }

        return change.LastKey switch
        {
            "privileged" or "hostNetwork" or "hostPID" or "hostIPC" or "hostProcess" or "shareProcessNamespace" or "allowPrivilegedContainer"
                => change.IsAfter && !SafetyCase.IsFalse(change.After) ? "must be false or absent" : null,
            "allowPrivilegeEscalation" or "hostUsers" => change.IsAfter && SafetyCase.IsFalse(change.After) ? null : SafetyCase.IsFalse(change.Before) || change.IsAfter ? "must stay or become false" : null,
            "automountServiceAccountToken" => change.IsAfter && SafetyCase.IsFalse(change.After) ? null : SafetyCase.IsFalse(change.Before) || change.IsAfter ? "must stay or become false" : null,
            "runAsNonRoot" or "readOnlyRootFilesystem" => change.IsAfter && SafetyCase.IsTrue(change.After) ? null : "must stay or become true",
            "runAsUser" or "runAsGroup" or "fsGroup" => change.IsAfter && SafetyCase.Integer(change.After) is > 0 ? null : SafetyCase.Integer(change.Before) == 0 && !change.IsAfter ? null : "must be a number above 0",
            "runAsUserName" => "is changed",
            "procMount" => !change.IsAfter || SafetyCase.Text(change.After) == "Default" ? null : "must be Default",
            "hostPort" => change.IsAfter ? "opens a port of the node" : null,
            "serviceAccount" or "serviceAccountName" => Account(change),
            var key when key.StartsWith("allow", StringComparison.Ordinal) && SafetyCase.IsTrue(change.After) => "must not become true",
            _ => null,
        };
    }

    private static string? Capabilities(TreeChange change)
    {
        var before = SafetyCase.Texts(change.Before);
        var after = SafetyCase.Texts(change.After);
        if (before is null && change.IsBefore && after is null)
        {
            return "is no list of capabilities";
        }

        return change.LastKey switch
        {
            "add" => after is not null && after.TrueForAll(each => before?.Contains(each, StringComparer.Ordinal) == true) ? null : "adds a capability",
            "drop" => after is not null && (after.Contains("ALL", StringComparer.Ordinal) || before?.TrueForAll(each => after.Contains(each, StringComparer.Ordinal)) == true) ? null : "drops fewer capabilities",

            // An empty map may go, or come.
            "capabilities" => (change.Before is null or JsonObject { Count: 0 }) && (change.After is null or JsonObject { Count: 0 }) ? null : "is changed",
            _ => "is no capability that may be changed",
        };
    }

    private static string? Profile(TreeChange change)
    {
        if (change.LastKey == "type")
        {
            return SafetyCase.Text(change.After) == "RuntimeDefault" ? null : "must be RuntimeDefault";
        }

        return change is { IsRemoved: true, LastKey: "localhostProfile" } || (change.LastKey is "seccompProfile" or "appArmorProfile" && change is { IsAfter: true, After: JsonObject { Count: 0 } })
            ? null
            : change is { LastKey: "seccompProfile" or "appArmorProfile", IsRemoved: true, Before: null or JsonObject { Count: 0 } } ? null : "loosens the profile that confines a container";
    }

    /// <summary>The old name of the field may give way to the new one; whose rights a pod has is decided by whoever gave it those.</summary>
    private static string? Account(TreeChange change) =>
        change.LastKey == "serviceAccount" && change.IsRemoved || change is { LastKey: "serviceAccountName", IsAdded: true } ? null : "is changed";
}
