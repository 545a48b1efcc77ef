using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class WritableHostMount : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "writable-host-mount",
        Title: "Container can write a directory of its node",
        Why: "What a container writes to its node outlives it, and other pods and the node itself read it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=writable-host-mount",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Sets readOnly of the mount to true. Review: a container that writes there fails.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (var (container, mount, hostPath) in subject.HostMounts)
        {
            if (!mount[Name.ReadOnly].IsTrue)
            {
                findings.Add(
                    this,
                    mount[Name.ReadOnly],
                    $"{container.Label} mounts '{hostPath[Name.Path].Text}' of its node writable; readOnly must be true",
                    new Fix("Mount the node's directory read-only", Safety.Review, new Edit.Set(mount[Name.ReadOnly].Path, true)));
            }
        }
    }
}
