using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssSysctls : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-sysctls",
        Title: "Pod sets a kernel parameter that is not safe",
        Why: "Most kernel parameters are the node's, not the pod's: changing them changes every other pod, or switches a protection off.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Removes the parameter. Review: a program that was tuned by it behaves otherwise.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        foreach (var sysctl in subject.Pod.Spec[Name.SecurityContext][Name.Sysctls].Elements)
        {
            var name = sysctl[Name.Name];
            if (!IsAllowed(name, subject.Settings.PssVersion))
            {
                findings.Add(
                    this,
                    name,
                    $"the pod sets the sysctl {Seen.Of(name)}; must be one of the safe set, or absent",
                    new Fix($"Do not set the sysctl {Seen.Of(name)}", Safety.Review, new Edit.Remove(sysctl.Path)));
            }
        }
    }

    private static bool IsAllowed(Field name, PssVersion version) =>
        name.Is("kernel.shm_rmid_forced"u8)
        || name.Is("net.ipv4.ip_local_port_range"u8)
        || name.Is("net.ipv4.tcp_syncookies"u8)
        || name.Is("net.ipv4.ping_group_range"u8)
        || name.Is("net.ipv4.ip_unprivileged_port_start"u8)
        || (version.IsAtLeast(27) && name.Is("net.ipv4.ip_local_reserved_ports"u8))
        || (version.IsAtLeast(29) && (name.Is("net.ipv4.tcp_keepalive_time"u8)
            || name.Is("net.ipv4.tcp_fin_timeout"u8)
            || name.Is("net.ipv4.tcp_keepalive_intvl"u8)
            || name.Is("net.ipv4.tcp_keepalive_probes"u8)))
        || (version.IsAtLeast(32) && (name.Is("net.ipv4.tcp_rmem"u8) || name.Is("net.ipv4.tcp_wmem"u8)))
        || (version.IsAtLeast(37) && (name.Is("net.ipv4.tcp_slow_start_after_idle"u8) || name.Is("net.ipv4.tcp_notsent_lowat"u8)));
}
