using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssCapabilitiesBaseline : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-capabilities-baseline",
        Title: "Container adds a dangerous capability",
        Why: "Capabilities beyond the runtime's default set, such as SYS_ADMIN and NET_RAW, reach past the container: into the node's kernel and its network.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Removes the capability from capabilities.add. Review: what needs the capability stops working.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var capability in container[Name.SecurityContext][Name.Capabilities][Name.Add].Elements)
            {
                if (!Allows(capability))
                {
                    findings.Add(
                        this,
                        capability,
                        $"{container.Label} adds the capability {Seen.Of(capability)}; must be one of the default set, or absent",
                        new Fix($"Do not add {Seen.Of(capability)}", Safety.Review, new Edit.Remove(capability.Path)));
                }
            }
        }
    }

    /// <summary>The set that container runtimes give by default, without NET_RAW.</summary>
    private static bool Allows(Field capability) =>
        capability.Is("AUDIT_WRITE"u8) || capability.Is("CHOWN"u8) || capability.Is("DAC_OVERRIDE"u8) || capability.Is("FOWNER"u8)
        || capability.Is("FSETID"u8) || capability.Is("KILL"u8) || capability.Is("MKNOD"u8) || capability.Is("NET_BIND_SERVICE"u8)
        || capability.Is("SETFCAP"u8) || capability.Is("SETGID"u8) || capability.Is("SETPCAP"u8) || capability.Is("SETUID"u8)
        || capability.Is("SYS_CHROOT"u8);
}
