using System.Buffers;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DockerSock : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "docker-sock",
        Title: "Container mounts the Docker socket",
        Why: "Whoever can talk to the Docker daemon can start a privileged container: the socket is root on the node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=docker-sock",
        Severity: Severity.Error,
        Profiles: Profiles.KubeLinter,
        Remedy: "Needs a decision: what the container asks the daemon for. Without it, take out the mount and the volume.");

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
                if (IsDockerSocket(path.Utf8))
                {
                    findings.Add(
                        this,
                        mount,
                        $"{container.Label} mounts {path.Text}, the socket of its node's Docker daemon; must not",
                        Refusal.NeedsDecision($"whether {container.Label} can do without {path.Text} of its node"));
                }
            }
        }
    }

    /// <summary>kube-linter's pattern <c>docker.sock$</c>, where the dot is any character.</summary>
    private static bool IsDockerSocket(ReadOnlySpan<byte> path)
    {
        if (!path.EndsWith("sock"u8))
        {
            return false;
        }

        var before = path[..^4];
        return Rune.DecodeLastFromUtf8(before, out var any, out var length) == OperationStatus.Done
            && any.Value != '\n'
            && before[..^length].EndsWith("docker"u8);
    }
}
