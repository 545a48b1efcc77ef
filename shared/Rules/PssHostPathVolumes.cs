using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssHostPathVolumes : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-host-path-volumes",
        Title: "Pod mounts a folder of its node",
        Why: "Through a hostPath volume a container reads and writes files of the node: credentials of the kubelet, sockets of the runtime, data of other pods.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "None: the owner decides which storage takes the folder's place.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            var hostPath = volume[Name.HostPath];
            if (hostPath.Exists)
            {
                findings.Add(
                    this,
                    hostPath,
                    $"volume {Seen.Of(volume[Name.Name])} is the folder {Seen.Of(hostPath[Name.Path])} of the node; hostPath must be absent",
                    Refusal.NeedsDecision($"which storage takes the place of the hostPath {Seen.Of(hostPath[Name.Path])} of volume {Seen.Of(volume[Name.Name])}"));
            }
        }
    }
}
