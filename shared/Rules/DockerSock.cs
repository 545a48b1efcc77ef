using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DockerSock : ObjectRule
{
    private static readonly Parameter<PatternList> Dirs = Parameter.Patterns(
        "dirs", "the paths of a node that no container may mount", "docker.sock$");

    private readonly PatternList dirs;
    private readonly bool isStandard;

    public DockerSock()
        : this(ParameterValues.None)
    {
    }

    private DockerSock(ParameterValues values)
    {
        dirs = values.Of(Dirs);
        isStandard = ReferenceEquals(dirs, Dirs.DefaultValue);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [Dirs];

    protected override RuleInfo Definition { get; } = new(
        Id: "docker-sock",
        Title: "Container mounts the Docker socket",
        Why: "Whoever can talk to the Docker daemon can start a privileged container: the socket is root on the node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=docker-sock",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: what the container asks the daemon for. Without it, take out the mount and the volume.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (var (container, mount, hostPath) in subject.HostMounts)
        {
            var path = hostPath[Name.Path];
            if (dirs.IsMatch(path.Utf8))
            {
                findings.Add(
                    this,
                    mount,
                    $"{container.Label} mounts {path.Text}{(isStandard ? ", the socket of its node's Docker daemon" : " of its node")}; must not",
                    Refusal.NeedsDecision($"whether {container.Label} can do without {path.Text} of its node"));
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new DockerSock(values);
}
