using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// Data stays where it is: no volume that was there changes or goes, no claim and no mount either. An emptyDir may come with
/// a mount that hides no other, and a mount may become read-only.
/// </summary>
internal static class SafeVolumes
{
    private static readonly HashSet<string> Storage = new(StringComparer.Ordinal) { "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "VolumeSnapshot", "VolumeSnapshotContent", "VolumeSnapshotClass" };

    private static readonly HashSet<string> Policies = new(StringComparer.Ordinal)
    {
        "volumeClaimTemplates", "volumeClaimTemplate", "persistentVolumeClaimRetentionPolicy", "persistentVolumeReclaimPolicy", "reclaimPolicy", "volumeDevices", "storageClassName", "volumeName",
    };

    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (Storage.Contains(@case.Kind) && !change.StartsWith("metadata") && change.Path is not ["apiVersion"])
            {
                return $"{change} of a {@case.Kind} is changed";
            }

            if (change.Path.Any(Policies.Contains))
            {
                return $"{change} is changed";
            }

            if (change.Passes("volumes") && !IsNewEmptyDir(@case, change))
            {
                return $"{change} is changed";
            }

            if (change.Passes("volumeMounts") && !IsReadOnly(change) && !IsNewMount(@case, change))
            {
                return $"{change} is changed";
            }
        }

        return null;
    }

    private static bool IsReadOnly(TreeChange change) =>
        change.Last == "readOnly" && SafetyCase.IsTrue(change.After) && TreeChange.IsElement(change.Path[^2]) && change.Path[^3] == "volumeMounts";

    private static bool IsNewEmptyDir(SafetyCase @case, TreeChange change)
    {
        var at = change.Path.ToList().IndexOf("volumes");
        return change.IsAdded
            && change.Path.Count > at + 2
            && TreePath.Find(@case.Pair.BeforeTree, change.Path.Take(at + 2)) is null
            && TreePath.Find(@case.Pair.AfterTree, change.Path.Take(at + 2)) is JsonObject volume
            && volume.All(entry => entry.Key is "name" or "emptyDir")
            && volume["emptyDir"] is JsonObject;
    }

    private static bool IsNewMount(SafetyCase @case, TreeChange change)
    {
        var at = change.Path.ToList().LastIndexOf("volumeMounts");
        if (!change.IsAdded || change.Path.Count <= at + 2
            || TreePath.Find(@case.Pair.AfterTree, change.Path.Take(at + 1)) is not JsonArray all
            || TreePath.Find(@case.Pair.AfterTree, change.Path.Take(at + 2)) is not JsonObject mount
            || TreePath.Find(@case.Pair.BeforeTree, change.Path.Take(at + 2)) is not null
            || SafetyCase.Text(mount["name"]) is not { } name
            || SafetyCase.Text(mount["mountPath"]) is not ['/', ..] path
            || !mount.All(entry => entry.Key is "name" or "mountPath"))
        {
            return false;
        }

        // The volume is new, too: what the element of the list is called says nothing about what was there.
        var isNew = @case.Changes.Any(other => other.IsAdded && other.Passes("volumes") && other.Passes($"[{name}]") && IsNewEmptyDir(@case, other));
        return isNew && all.All(element => ReferenceEquals(element, mount) || (element is JsonObject other && SafetyCase.Text(other["mountPath"]) is { } taken && !Hides(path, taken) && !Hides(taken, path)));
    }

    private static bool Hides(string upper, string lower)
    {
        var folder = upper.TrimEnd('/') + "/";
        return (lower.TrimEnd('/') + "/").StartsWith(folder, StringComparison.Ordinal);
    }
}
