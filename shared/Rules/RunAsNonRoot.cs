using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RunAsNonRoot : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "run-as-non-root",
        Title: "Container may run as root",
        Why: "A process that is root in its container is root on the node once it gets out.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=run-as-non-root",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Where no user id is written, sets runAsNonRoot to true and runAsUser to the user id of the owner's defaults, in the container. Review: files may belong to another user. Where 0 is written, or there is no default, the user id has to be found out; a group id is never set.")
    {
        SaidBy = ["pss-run-as-non-root", "pss-run-as-user"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var pod = subject.Pod.Spec[Name.SecurityContext];
        foreach (ref readonly var container in subject.Containers)
        {
            var own = container[Name.SecurityContext];
            var group = own[Name.RunAsGroup].Exists ? own[Name.RunAsGroup] : pod[Name.RunAsGroup];
            if (group.Integer == 0)
            {
                findings.Add(
                    this,
                    group,
                    $"{container.Label} runs with runAsGroup=0; must be above 0",
                    Refusal.NeedsEvidence($"a group id above 0 with which {container.Label} can run"));
            }

            var user = own[Name.RunAsUser].Exists ? own[Name.RunAsUser] : pod[Name.RunAsUser];
            if (user.Integer > 0 || user.IsString)
            {
                continue;
            }

            var nonRoot = own[Name.RunAsNonRoot].Exists ? own[Name.RunAsNonRoot] : pod[Name.RunAsNonRoot];
            if (!nonRoot.IsTrue)
            {
                ReportUser(subject, findings, container, user, own[Name.RunAsNonRoot]);
            }
            else if (user.Integer == 0)
            {
                findings.Add(
                    this,
                    user,
                    $"{container.Label} runs with runAsUser=0 although runAsNonRoot=true, so it cannot start; runAsUser must be above 0",
                    Refusal.NeedsEvidence($"runAsUser is 0: a user id above 0 with which {container.Label} can run"));
            }
        }
    }

    private void ReportUser(Subject subject, FindingList findings, in Container container, Field user, Field nonRoot)
    {
        var message = $"{container.Label} is not kept from running as root; runAsNonRoot must be true, or runAsUser above 0";
        if (subject.IsWindows)
        {
            findings.Add(this, nonRoot, message, Refusal.NeedsEvidence($"the name of the Windows user that {container.Label} runs as"));
        }
        else if (user.Exists || subject.Settings.Defaults.RunAsUser is not { } given || given <= 0)
        {
            var seen = user.Exists ? $"runAsUser is {user.Text}: " : "";
            findings.Add(this, nonRoot, message, Refusal.NeedsEvidence($"{seen}a user id above 0 with which {container.Label} can run"));
        }
        else
        {
            findings.Add(this, nonRoot, message, new Fix(
                "Run as the user of the owner's defaults",
                Safety.Review,
                [new Edit.Set(container[Name.SecurityContext][Name.RunAsUser].Path, given), new Edit.Set(nonRoot.Path, true)]));
        }
    }
}
