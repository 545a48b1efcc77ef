using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class HostIpc : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "host-ipc",
        Title: "Pod shares the node's IPC namespace",
        Why: "Processes of the pod can read and write the shared memory of every process on the node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=host-ipc",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets hostIPC to false. Review: agents of the node that need it stop working.")
    {
        SaidBy = ["pss-host-namespaces"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var shared = subject.Pod.Spec[Name.HostIPC];
        if (shared.IsTrue)
        {
            findings.Add(
                this,
                shared,
                "the pod sets hostIPC=true; must be false or absent",
                new Fix("Set hostIPC to false", Safety.Review, new Edit.Set(shared.Path, false)));
        }
    }
}
