using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PrivilegeEscalationContainer : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "privilege-escalation-container",
        Title: "Container can gain privileges",
        Why: "With no_new_privs off, or privileged, or with SYS_ADMIN, a process can end up with more rights than the one that started it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=privilege-escalation-container",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets allowPrivilegeEscalation and privileged to false and takes SYS_ADMIN out of capabilities.add, as far as they are written: the API server refuses them in part. Review: a program that relies on setuid or mounts stops working.")
    {
        SaidBy = ["pss-allow-privilege-escalation", "pss-privileged", "pss-capabilities-restricted", "pss-capabilities-baseline"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var context = container[Name.SecurityContext];
            var escalation = context[Name.AllowPrivilegeEscalation];
            var privileged = context[Name.Privileged];
            var sysAdmin = Find(context[Name.Capabilities][Name.Add], "SYS_ADMIN"u8);
            if (!escalation.IsTrue && !privileged.IsTrue && !sysAdmin.Exists)
            {
                continue;
            }

            // One finding, and one fix for all three: false beside privileged or SYS_ADMIN is refused by the API server.
            var edits = new List<Edit>();
            if (escalation.IsTrue)
            {
                edits.Add(new Edit.Set(escalation.Path, false));
            }

            if (privileged.IsTrue)
            {
                edits.Add(new Edit.Set(privileged.Path, false));
            }

            if (sysAdmin.Exists)
            {
                edits.Add(new Edit.Remove(sysAdmin.Path));
            }

            if (escalation.IsTrue && Find(context[Name.Capabilities][Name.Add], "CAP_SYS_ADMIN"u8) is { Exists: true } prefixed)
            {
                edits.Add(new Edit.Remove(prefixed.Path));
            }

            var (place, seen, wanted) = escalation.IsTrue ? (escalation, "sets securityContext.allowPrivilegeEscalation=true", "must be false or absent")
                : privileged.IsTrue ? (privileged, "sets securityContext.privileged=true, which allows privilege escalation", "must be false or absent")
                : (sysAdmin, "adds the capability SYS_ADMIN, which allows privilege escalation", "must not be added");
            if (privileged.IsTrue && NodeMount.Holding(container) is { } refusal)
            {
                findings.Add(this, place, $"{container.Label} {seen}; {wanted}", refusal);
            }
            else
            {
                findings.Add(this, place, $"{container.Label} {seen}; {wanted}", new Fix("Forbid privilege escalation", Safety.Review, [.. edits]));
            }
        }
    }

    private static Field Find(Field capabilities, ReadOnlySpan<byte> name)
    {
        foreach (var capability in capabilities.Elements)
        {
            if (capability.Is(name))
            {
                return capability;
            }
        }

        return default;
    }
}
