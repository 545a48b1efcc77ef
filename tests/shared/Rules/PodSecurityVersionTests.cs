using System.Globalization;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>From which version of the Pod Security Standards on a control judges what, and until which.</summary>
public sealed class PodSecurityVersionTests
{
    private const int Newest = 37;

    /// <summary>A rule; the minor versions at which it finds something, first to last, an open end for the latest; a pod.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "pss-allow-privilege-escalation", "8-", "spec: {containers: [{name: c}]}" },
        { "pss-allow-privilege-escalation", "8-", "spec: {hostUsers: false, containers: [{name: c}]}" },
        { "pss-allow-privilege-escalation", "8-24", "spec: {os: {name: windows}, containers: [{name: c}]}" },
        { "pss-apparmor-profile", "0-", "spec: {securityContext: {appArmorProfile: {type: Unconfined}}}" },
        { "pss-apparmor-profile", "0-", "metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}\nspec: {}" },
        { "pss-capabilities-baseline", "0-", "spec: {containers: [{name: c, securityContext: {capabilities: {add: [NET_RAW]}}}]}" },
        { "pss-capabilities-baseline", "0-", "spec: {os: {name: windows}, containers: [{name: c, securityContext: {capabilities: {add: [NET_RAW]}}}]}" },
        { "pss-capabilities-restricted", "22-", "spec: {containers: [{name: c}]}" },
        { "pss-capabilities-restricted", "22-", "spec: {containers: [{name: c, securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}}]}" },
        { "pss-capabilities-restricted", "22-24", "spec: {os: {name: windows}, containers: [{name: c}]}" },
        { "pss-capabilities-restricted", "22-", "spec: {os: {name: linux}, containers: [{name: c}]}" },
        { "pss-host-namespaces", "0-", "spec: {hostNetwork: true}" },
        { "pss-host-namespaces", "0-", "spec: {hostPID: true}" },
        { "pss-host-namespaces", "0-", "spec: {hostIPC: true}" },
        { "pss-host-path-volumes", "0-", "spec: {volumes: [{name: v, hostPath: {path: /}}]}" },
        { "pss-host-ports", "0-", "spec: {containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]}" },
        { "pss-host-probes-and-host-lifecycle", "34-", "spec: {containers: [{name: c, livenessProbe: {httpGet: {host: h, port: 80}}}]}" },
        { "pss-host-probes-and-host-lifecycle", "34-", "spec: {containers: [{name: c, lifecycle: {preStop: {tcpSocket: {host: h, port: 80}}}}]}" },
        { "pss-privileged", "0-", "spec: {hostUsers: false, containers: [{name: c, securityContext: {privileged: true}}]}" },
        { "pss-proc-mount", "0-", "spec: {containers: [{name: c, securityContext: {procMount: Unmasked}}]}" },
        { "pss-proc-mount", "0-", "spec: {hostUsers: true, containers: [{name: c, securityContext: {procMount: Unmasked}}]}" },
        { "pss-proc-mount", "0-34", "spec: {hostUsers: false, containers: [{name: c, securityContext: {procMount: Unmasked}}]}" },
        { "pss-proc-mount-restricted", "35-", "spec: {hostUsers: false, containers: [{name: c, securityContext: {procMount: Unmasked}}]}" },
        { "pss-proc-mount-restricted", "35-", "spec: {containers: [{name: c, securityContext: {procMount: Unmasked}}]}" },
        { "pss-restricted-volumes", "0-", "spec: {volumes: [{name: v, nfs: {server: s, path: /}}]}" },
        { "pss-restricted-volumes", "0-", "spec: {volumes: [{name: v, hostPath: {path: /}}]}" },
        { "pss-run-as-non-root", "0-", "spec: {containers: [{name: c}]}" },
        { "pss-run-as-non-root", "0-", "spec: {os: {name: windows}, containers: [{name: c}]}" },
        { "pss-run-as-non-root", "0-34", "spec: {hostUsers: false, containers: [{name: c}]}" },
        { "pss-run-as-user", "23-", "spec: {securityContext: {runAsUser: 0}}" },
        { "pss-run-as-user", "23-34", "spec: {hostUsers: false, containers: [{name: c, securityContext: {runAsUser: 0}}]}" },
        { "pss-selinux-options", "0-", "spec: {securityContext: {seLinuxOptions: {type: spc_t}}}" },
        { "pss-selinux-options", "0-30", "spec: {securityContext: {seLinuxOptions: {type: container_engine_t}}}" },
        { "pss-selinux-options", "", "spec: {securityContext: {seLinuxOptions: {type: container_kvm_t}}}" },
        { "pss-seccomp-profile-baseline", "19-", "spec: {securityContext: {seccompProfile: {type: Unconfined}}}" },
        { "pss-seccomp-profile-baseline", "19-", "spec: {os: {name: windows}, securityContext: {seccompProfile: {type: Unconfined}}}" },
        { "pss-seccomp-profile-baseline", "0-18", "metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}\nspec: {}" },
        { "pss-seccomp-profile-baseline", "0-18", "metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: ''}}\nspec: {}" },
        { "pss-seccomp-profile-baseline", "", "metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: docker/default}}\nspec: {}" },
        { "pss-seccomp-profile-baseline", "0-18", "metadata: {annotations: {container.seccomp.security.alpha.kubernetes.io/c: unconfined}}\nspec: {containers: [{name: c}]}" },
        { "pss-seccomp-profile-baseline", "", "metadata: {annotations: {container.seccomp.security.alpha.kubernetes.io/c: unconfined}}\nspec: {containers: [{name: d}]}" },
        { "pss-seccomp-profile-restricted", "19-", "spec: {containers: [{name: c}]}" },
        { "pss-seccomp-profile-restricted", "19-", "spec: {securityContext: {seccompProfile: {type: Unconfined}}}" },
        { "pss-seccomp-profile-restricted", "19-24", "spec: {os: {name: windows}, containers: [{name: c}]}" },
        { "pss-sysctls", "", "spec: {securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '0'}]}}" },
        { "pss-sysctls", "0-26", "spec: {securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: '1'}]}}" },
        { "pss-sysctls", "0-28", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time, value: '1'}]}}" },
        { "pss-sysctls", "0-28", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_fin_timeout, value: '1'}]}}" },
        { "pss-sysctls", "0-28", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_intvl, value: '1'}]}}" },
        { "pss-sysctls", "0-28", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_probes, value: '1'}]}}" },
        { "pss-sysctls", "0-31", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}}" },
        { "pss-sysctls", "0-31", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_wmem, value: '1'}]}}" },
        { "pss-sysctls", "0-36", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_slow_start_after_idle, value: '1'}]}}" },
        { "pss-sysctls", "0-36", "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_notsent_lowat, value: '1'}]}}" },
        { "pss-sysctls", "0-", "spec: {securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}}" },
        { "pss-windows-host-process", "0-", "spec: {os: {name: windows}, securityContext: {windowsOptions: {hostProcess: true}}}" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_what_the_version_forbids(string id, string minors, string pod)
    {
        var rule = Assert.Single(Catalogue.All, rule => rule.Info.Id == id);
        var found = Enumerable.Range(0, Newest + 2).Where(minor => Check(rule, pod, PssVersion.V1(minor)).Count > 0);

        Assert.Equal(Expand(minors), found);
        Assert.Equal(minors.EndsWith('-'), Check(rule, pod, PssVersion.Latest).Count > 0);
    }

    [Fact]
    public void Reports_no_place_twice_in_any_profile()
    {
        var pods = Cases.Select(row => (string)row[2]).Distinct().ToList();
        foreach (var profile in new[] { Profiles.Default, Profiles.PssBaseline, Profiles.PssRestricted })
        {
            foreach (var version in Enumerable.Range(0, Newest + 1).Select(PssVersion.V1))
            {
                var rules = Catalogue.Of(profile, version).Where(rule => rule.Info.Id.StartsWith("pss-", StringComparison.Ordinal));
                var findings = Judge.Text(string.Join("---\n", pods.Select(Pod)), rules, new() { PssVersion = version });
                Assert.All(findings.GroupBy(finding => (finding.Origin.Document, finding.Pointer)), place => Assert.Single(place));
            }
        }
    }

    [Theory]
    [InlineData("pss-capabilities-baseline", 22)]
    [InlineData("pss-host-path-volumes", 0)]
    [InlineData("pss-proc-mount", 35)]
    [InlineData("pss-seccomp-profile-baseline", 19)]
    public void Restricted_leaves_out_the_control_that_it_replaces(string id, int since)
    {
        foreach (var minor in Enumerable.Range(0, Newest + 1))
        {
            Assert.Contains(id, Ids(Profiles.PssBaseline, PssVersion.V1(minor)));
            Assert.Equal(minor < since, Ids(Profiles.PssRestricted, PssVersion.V1(minor)).Contains(id));
        }

        Assert.DoesNotContain(id, Ids(Profiles.PssRestricted, PssVersion.Latest));
    }

    private static IEnumerable<string> Ids(Profiles profile, PssVersion version) =>
        Catalogue.Of(profile, version).Select(rule => rule.Info.Id);

    private static List<Finding> Check(Rule rule, string pod, PssVersion version) =>
        Judge.Text(Pod(pod), [rule], new() { PssVersion = version });

    private static string Pod(string rest) => $"apiVersion: v1\nkind: Pod\n{rest}\n";

    private static IEnumerable<int> Expand(string minors)
    {
        if (minors.Length == 0)
        {
            return [];
        }

        var ends = minors.Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        var last = ends[1].Length == 0 ? Newest + 1 : int.Parse(ends[1], CultureInfo.InvariantCulture);
        return Enumerable.Range(first, last - first + 1);
    }
}
