using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SensitiveHostMounts : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "sensitive-host-mounts",
        Title: "Container mounts a system directory of its node",
        Why: "Through /etc, /proc, /dev and their like a container reads the node's secrets and can take it over.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=sensitive-host-mounts",
        Severity: Severity.Error,
        Profiles: Profiles.KubeLinter,
        Remedy: "Needs a decision: what the container uses the directory for. Without it, take out the mount and the volume.");

    public override void Check(Subject subject, FindingList findings)
    {
        var pod = subject.Pod;
        if (!HostPathVolumes.Any(pod))
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var mount in container[Name.VolumeMounts].Elements)
            {
                var path = HostPathVolumes.Behind(pod, mount)[Name.Path];
                if (IsSensitive(path.Utf8))
                {
                    findings.Add(
                        this,
                        mount,
                        $"{container.Label} mounts {path.Text} of its node; must not",
                        Refusal.NeedsDecision($"whether {container.Label} can do without {path.Text} of its node"));
                }
            }
        }
    }

    private static bool IsSensitive(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("/"u8) || path.SequenceEqual("/boot"u8) || path.SequenceEqual("/dev"u8) || path.SequenceEqual("/etc"u8)
        || path.SequenceEqual("/lib"u8) || path.SequenceEqual("/proc"u8) || path.SequenceEqual("/sys"u8) || path.SequenceEqual("/usr"u8);
}
