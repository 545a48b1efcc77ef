namespace SelfHealGitOps.Bot.Export;

/// <summary>The controls of the Pod Security Standards in CEL, by rule id.</summary>
internal static class PodSecurityForms
{
    private const string Context = "c.?securityContext";
    private const string PodContext = "variables.pod.?securityContext";
    private const string Confined = "['RuntimeDefault', 'Localhost']";

    public static IReadOnlyDictionary<string, Func<RuleView, CelForm>> All { get; } = new Dictionary<string, Func<RuleView, CelForm>>
    {
        ["pss-allow-privilege-escalation"] = rule => OfLinux(rule, since: 8, new CelCheck(
            CelScope.Container,
            $"{Context}.?allowPrivilegeEscalation.orValue(true)",
            "must set securityContext.allowPrivilegeEscalation=false")),
        ["pss-apparmor-profile"] = _ => new CelForm.Expressed(
            new(CelScope.Pod, Unconfined($"{PodContext}.?appArmorProfile"), "the pod's securityContext.appArmorProfile.type must be RuntimeDefault or Localhost"),
            new(CelScope.Container, Unconfined($"{Context}.?appArmorProfile"), "must set securityContext.appArmorProfile.type to RuntimeDefault or Localhost, or leave the profile out"),
            new(
                CelScope.Pod,
                """
                variables.annotations.exists(k, k.startsWith('container.apparmor.security.beta.kubernetes.io/')
                && !(variables.annotations[k] in ['', 'runtime/default']) && !variables.annotations[k].startsWith('localhost/'))
                """,
                "the AppArmor annotations must be 'runtime/default', 'localhost/...' or absent")),
        ["pss-capabilities-baseline"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Container,
            $"""
            {Context}.?capabilities.?add.orValue([]).exists(a, !(a in ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD',
            'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']))
            """,
            "must add no capability beyond the default set")),
        ["pss-capabilities-restricted"] = rule => OfLinux(
            rule,
            since: 22,
            new(CelScope.Container, $"!('ALL' in {Context}.?capabilities.?drop.orValue([]))", "must drop the capability ALL"),
            new(
                CelScope.Container,
                $"{Context}.?capabilities.?add.orValue([]).exists(a, a != 'NET_BIND_SERVICE')",
                "must add no capability but NET_BIND_SERVICE")),
        ["pss-host-namespaces"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Pod,
            "variables.pod.?hostNetwork.orValue(false) || variables.pod.?hostPID.orValue(false) || variables.pod.?hostIPC.orValue(false)",
            "the pod must not set hostNetwork, hostPID or hostIPC")),
        ["pss-host-path-volumes"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Pod, "variables.volumes.exists(v, has(v.hostPath))", "the pod must have no hostPath volume")),
        ["pss-host-ports"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Container, "c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0)", "must use no hostPort")),
        ["pss-host-probes-and-host-lifecycle"] = rule => rule.Version.IsAtLeast(34)
            ? new CelForm.Expressed(new CelCheck(
                CelScope.Container,
                """
                [c.?livenessProbe, c.?readinessProbe, c.?startupProbe, c.?lifecycle.?postStart, c.?lifecycle.?preStop]
                .exists(h, h.?httpGet.?host.orValue('') != '' || h.?tcpSocket.?host.orValue('') != '')
                """,
                "must name no host in a probe or lifecycle handler"))
            : new CelForm.Expressed(),
        ["pss-privileged"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Container, $"{Context}.?privileged.orValue(false)", "must not set securityContext.privileged=true")),
        ["pss-proc-mount"] = rule => new CelForm.Expressed(ProcMount(rule.Version.IsAtLeast(35) ? "!variables.isInUserNamespace && " : "")),
        ["pss-proc-mount-restricted"] = rule => rule.Version.IsAtLeast(35) ? new CelForm.Expressed(ProcMount("")) : new CelForm.Expressed(),

        // The API server takes a volume of a single source, and makes one without any an emptyDir.
        ["pss-restricted-volumes"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Pod,
            """
            variables.volumes.exists(v, !(has(v.configMap) || has(v.csi) || has(v.downwardAPI) || has(v.emptyDir) || has(v.ephemeral)
            || has(v.image) || has(v.persistentVolumeClaim) || has(v.projected) || has(v.secret)))
            """,
            "the pod's volumes must be of the types configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret")),
        ["pss-run-as-non-root"] = rule => new CelForm.Expressed(
            new(CelScope.Pod, $"{OnNode(rule)}!{PodContext}.?runAsNonRoot.orValue(true)", "the pod must not set securityContext.runAsNonRoot=false"),

            // A container without a value has the pod's, and the pod's has been judged.
            new(
                CelScope.Container,
                $"{OnNode(rule)}!{Context}.?runAsNonRoot.orValue({PodContext}.?runAsNonRoot.hasValue())",
                "must set securityContext.runAsNonRoot=true, or the pod must")),
        ["pss-run-as-user"] = rule => rule.Version.IsAtLeast(23)
            ? new CelForm.Expressed(
                new(CelScope.Pod, $"{OnNode(rule)}{PodContext}.?runAsUser.orValue(1) == 0", "the pod must not set securityContext.runAsUser=0"),
                new(CelScope.Container, $"{OnNode(rule)}{Context}.?runAsUser.orValue(1) == 0", "must not set securityContext.runAsUser=0"))
            : new CelForm.Expressed(),
        ["pss-seccomp-profile-baseline"] = rule => rule.Version.IsAtLeast(19)
            ? new CelForm.Expressed(SeccompProfiles)
            : new CelForm.Missing("before v1.19 it judges annotations that no version with these policies acts on"),
        ["pss-seccomp-profile-restricted"] = rule => OfLinux(
            rule,
            since: 19,
            [
                .. SeccompProfiles,
                new(
                    CelScope.Container,
                    $"!{PodContext}.?seccompProfile.hasValue() && !{Context}.?seccompProfile.hasValue()",
                    "must set securityContext.seccompProfile.type to RuntimeDefault or Localhost, or the pod must"),
            ]),
        ["pss-selinux-options"] = rule => new CelForm.Expressed(
            new(CelScope.Pod, ForeignLabel(rule, $"{PodContext}.?seLinuxOptions"), "the pod's seLinuxOptions must have no user, no role and no type but a container's"),
            new(CelScope.Container, ForeignLabel(rule, $"{Context}.?seLinuxOptions"), "must have no user, no role and no type but a container's in seLinuxOptions")),
        ["pss-sysctls"] = rule => new CelForm.Expressed(new CelCheck(
            CelScope.Pod,
            $"{PodContext}.?sysctls.orValue([]).exists(s, !(s.name in {Cel.List(SafeSysctls(rule))}))",
            "the pod must set no sysctl but the safe ones")),
        ["pss-windows-host-process"] = _ => new CelForm.Expressed(
            new(CelScope.Pod, $"{PodContext}.?windowsOptions.?hostProcess.orValue(false)", "the pod must not set windowsOptions.hostProcess=true"),
            new(CelScope.Container, $"{Context}.?windowsOptions.?hostProcess.orValue(false)", "must not set windowsOptions.hostProcess=true")),
    };

    private static CelCheck[] SeccompProfiles =>
    [
        new(CelScope.Pod, Unconfined($"{PodContext}.?seccompProfile"), "the pod's securityContext.seccompProfile.type must be RuntimeDefault or Localhost"),
        new(CelScope.Container, Unconfined($"{Context}.?seccompProfile"), "must set securityContext.seccompProfile.type to RuntimeDefault or Localhost, or leave the profile out"),
    ];

    /// <summary>A control that is not for Windows: from 1.25 on it leaves those pods out that say what they are.</summary>
    private static CelForm.Expressed OfLinux(RuleView rule, int since, params CelCheck[] checks) =>
        !rule.Version.IsAtLeast(since) ? new() : !rule.Version.IsAtLeast(25) ? new(checks)
        : new([.. checks.Select(check => check with { Bad = $"!variables.isWindows && {Group(check.Bad)}" })]);

    /// <summary>From 1.35 on the root of a user namespace is nobody on the node.</summary>
    private static string OnNode(RuleView rule) => rule.Version.IsAtLeast(35) ? "!variables.isInUserNamespace && " : "";

    private static CelCheck ProcMount(string unless) => new(
        CelScope.Container, $"{unless}{Context}.?procMount.orValue('Default') != 'Default'", "must set securityContext.procMount to Default, or leave it out");

    private static string Unconfined(string profile) => $"{profile}.hasValue() && !({profile}.?type.orValue('') in {Confined})";

    private static string ForeignLabel(RuleView rule, string options)
    {
        List<string> types = ["", "container_t", "container_init_t", "container_kvm_t"];
        if (rule.Version.IsAtLeast(31))
        {
            types.Add("container_engine_t");
        }

        return $"!({options}.?type.orValue('') in {Cel.List(types)}) || {options}.?user.orValue('') != '' || {options}.?role.orValue('') != ''";
    }

    private static List<string> SafeSysctls(RuleView rule)
    {
        List<string> safe =
        [
            "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
        ];
        AddSince(27, "net.ipv4.ip_local_reserved_ports");
        AddSince(29, "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes");
        AddSince(32, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");
        AddSince(37, "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat");
        return safe;

        void AddSince(int minor, params string[] names)
        {
            if (rule.Version.IsAtLeast(minor))
            {
                safe.AddRange(names);
            }
        }
    }

    private static string Group(string condition) =>
        condition.Contains("||", StringComparison.Ordinal) || condition.Contains("&&", StringComparison.Ordinal) ? $"({condition})" : condition;
}
