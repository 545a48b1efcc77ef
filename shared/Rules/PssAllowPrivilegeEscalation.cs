using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssAllowPrivilegeEscalation : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-allow-privilege-escalation",
        Title: "Privilege escalation is not ruled out",
        Why: "A process may gain more rights than its parent has, such as through a set-user-ID program: a small hole becomes root in the container.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "Sets allowPrivilegeEscalation to false, and what the API server refuses beside it with it: privileged to false, CAP_SYS_ADMIN out of the added capabilities. Review: set-user-ID programs such as sudo and ping stop working.");

    public override void Check(Subject subject, FindingList findings)
    {
        var version = subject.Settings.PssVersion;
        if (!version.IsAtLeast(8) || (version.IsAtLeast(25) && subject.IsWindows))
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            var escalation = container[Name.SecurityContext][Name.AllowPrivilegeEscalation];
            if (!escalation.IsFalse)
            {
                var message = escalation.Exists
                    ? $"{container.Label} sets securityContext.allowPrivilegeEscalation={Seen.Of(escalation)}; must be false"
                    : $"{container.Label} does not set securityContext.allowPrivilegeEscalation; must be false";
                if (IsPrivileged(container) && NodeMount.Holding(container) is { } refusal)
                {
                    findings.Add(this, escalation, message, refusal);
                }
                else
                {
                    findings.Add(this, escalation, message, new Fix("Set allowPrivilegeEscalation to false", Safety.Review, Forbid(container, escalation)));
                }
            }
        }
    }

    private static bool IsPrivileged(in Container container)
    {
        var privileged = container[Name.SecurityContext][Name.Privileged];
        return privileged.Exists && !privileged.IsFalse;
    }

    /// <summary>The API server refuses false beside privileged: true, and beside an added CAP_SYS_ADMIN, spelt like that.</summary>
    private static EquatableArray<Edit> Forbid(in Container container, Field escalation)
    {
        var edits = new List<Edit> { new Edit.Set(escalation.Path, false) };
        if (IsPrivileged(container))
        {
            edits.Add(new Edit.Set(container[Name.SecurityContext][Name.Privileged].Path, false));
        }

        foreach (var capability in container[Name.SecurityContext][Name.Capabilities][Name.Add].Elements)
        {
            if (capability.Is("CAP_SYS_ADMIN"u8))
            {
                edits.Add(new Edit.Remove(capability.Path));
            }
        }

        return [.. edits];
    }
}
