using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssRestrictedVolumes : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-restricted-volumes",
        Title: "Pod mounts storage of a type that is not allowed",
        Why: "Volumes that name a disk or a server in the pod bypass the claims by which storage is handed out, and several of their drivers have had holes that reach the node.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "None: the owner decides which claim or driver takes the volume's place.")
    {
        Replaces = new("pss-host-path-volumes", SinceMinor: 0),
    };

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            if (TryFindForbidden(volume, out var source))
            {
                var type = source.Key;
                findings.Add(
                    this,
                    source.Value,
                    $"volume {Seen.Of(volume[Name.Name])} is of type {Excerpt.Of(type)}; must be configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret",
                    Refusal.NeedsDecision($"which PersistentVolumeClaim or CSI driver takes the place of the {type} volume {Seen.Of(volume[Name.Name])}"));
            }
        }
    }

    /// <summary>The first source of a volume that has no allowed one, be it of a type still to come. A volume without any source is an emptyDir: the API server's default.</summary>
    private static bool TryFindForbidden(Field volume, out Entry source)
    {
        source = default;
        var isFound = false;
        foreach (var entry in volume.Entries)
        {
            if (!entry.Value.Exists || entry.Name == Name.Name)
            {
                continue;
            }

            if (IsAllowed(entry.Name))
            {
                return false;
            }

            if (!isFound)
            {
                source = entry;
                isFound = true;
            }
        }

        return isFound;
    }

    private static bool IsAllowed(Name source) => source
        is Name.ConfigMap or Name.Csi or Name.DownwardAPI or Name.EmptyDir or Name.Ephemeral or Name.Image
        or Name.PersistentVolumeClaim or Name.Projected or Name.Secret;
}
