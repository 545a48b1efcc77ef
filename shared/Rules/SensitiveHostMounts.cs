using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SensitiveHostMounts : ObjectRule
{
    private static readonly Parameter<PatternList> Dirs = Parameter.Patterns(
        "dirs",
        "the directories of a node that no container may mount",
        "^/$",
        "^/boot$",
        "^/dev$",
        "^/etc$",
        "^/lib$",
        "^/proc$",
        "^/sys$",
        "^/usr$");

    private readonly PatternList dirs;

    public SensitiveHostMounts()
        : this(ParameterValues.None)
    {
    }

    private SensitiveHostMounts(ParameterValues values) => dirs = values.Of(Dirs);

    public override IReadOnlyList<Parameter> Parameters { get; } = [Dirs];

    protected override RuleInfo Definition { get; } = new(
        Id: "sensitive-host-mounts",
        Title: "Container mounts a system directory of its node",
        Why: "Through /etc, /proc, /dev and their like a container reads the node's secrets and can take it over.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=sensitive-host-mounts",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: what the container uses the directory for. Without it, take out the mount and the volume.");

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
                    $"{container.Label} mounts {path.Text} of its node; must not",
                    Refusal.NeedsDecision($"whether {container.Label} can do without {path.Text} of its node"));
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new SensitiveHostMounts(values);
}
