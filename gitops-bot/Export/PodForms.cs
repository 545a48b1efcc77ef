using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>Rules about pods beside the Pod Security Standards in CEL, by rule id.</summary>
internal static class PodForms
{
    private const string Context = "c.?securityContext";
    private const string PodContext = "variables.pod.?securityContext";

    /// <summary>The uid that holds for a container: its own, else the pod's; -1 where the image decides.</summary>
    private const string User = $"{Context}.?runAsUser.or({PodContext}.?runAsUser).orValue(-1)";

    public static IReadOnlyDictionary<string, Func<RuleView, CelForm>> All { get; } = new Dictionary<string, Func<RuleView, CelForm>>
    {
        // Images
        ["latest-tag"] = LatestTag,

        // Containers
        ["no-read-only-root-fs"] = _ => EachContainer($"!{Context}.?readOnlyRootFilesystem.orValue(false)", "must set securityContext.readOnlyRootFilesystem=true"),
        ["privileged-container"] = _ => EachContainer($"{Context}.?privileged.orValue(false)", "must not set securityContext.privileged=true"),
        ["privilege-escalation-container"] = _ => EachContainer(
            $"{Context}.?allowPrivilegeEscalation.orValue(false) || {Context}.?privileged.orValue(false) || 'SYS_ADMIN' in {Context}.?capabilities.?add.orValue([])",
            "must not set securityContext.allowPrivilegeEscalation=true or privileged=true, nor add SYS_ADMIN"),
        ["run-as-non-root"] = _ => new CelForm.Expressed(
            new(CelScope.Container, $"{Context}.?runAsGroup.or({PodContext}.?runAsGroup).orValue(1) == 0", "must not run with runAsGroup=0"),
            new(
                CelScope.Container,
                $"{User} == 0 || ({User} < 0 && !{Context}.?runAsNonRoot.or({PodContext}.?runAsNonRoot).orValue(false))",
                "must set runAsNonRoot=true, or a runAsUser above 0")),
        ["run-as-user"] = _ => EachContainer($"!({IsTiedToWindows}) && {User} <= 0", "must set a runAsUser above 0, or the pod must"),
        ["drop-net-raw-capability"] = DropNetRaw,
        ["unsafe-proc-mount"] = _ => EachContainer($"{Context}.?procMount.orValue('').lowerAscii() == 'unmasked'", "must set securityContext.procMount to Default, or leave it out"),

        // Pods
        ["host-ipc"] = _ => Pod("variables.pod.?hostIPC.orValue(false)", "the pod must not set hostIPC=true"),
        ["host-network"] = _ => Pod("variables.pod.?hostNetwork.orValue(false)", "the pod must not set hostNetwork=true"),
        ["host-pid"] = _ => Pod("variables.pod.?hostPID.orValue(false)", "the pod must not set hostPID=true"),
        ["unsafe-sysctls"] = rule => Pod(
            $"{PodContext}.?sysctls.orValue([]).exists(s, {Cel.List(rule.Words("unsafeSysCtls"))}.exists(p, s.name.startsWith(p)))",
            $"the pod must set no sysctl that begins with {string.Join(", ", rule.Words("unsafeSysCtls"))}"),
        ["sensitive-host-mounts"] = HostMount,
        ["docker-sock"] = HostMount,
        ["writable-host-mount"] = _ => EachContainer(
            "c.?volumeMounts.orValue([]).exists(m, !m.?readOnly.orValue(false) && variables.volumes.exists(v, has(v.hostPath) && v.name == m.name))",
            "must mount directories of the node with readOnly=true"),
        ["restart-policy"] = _ => Pod("!(variables.pod.?restartPolicy.orValue('') in ['Always', 'OnFailure'])", "the pod's restartPolicy must be Always or OnFailure"),
        ["default-service-account"] = rule =>
            CelPattern.Matches(rule.Pattern("serviceAccount"), "variables.serviceAccount") is { } isForbidden
                ? Pod(
                    $"variables.pod.?automountServiceAccountToken.orValue(true) && {isForbidden}",
                    "the pod must run as a service account of its own, or mount no token")
                : Differs("serviceAccount"),

        // Environment
        ["env-var-secret"] = rule =>
            CelPattern.Matches(rule.Pattern("name"), "e.name") is not { } isNamed ? Differs("name")
            : CelPattern.Matches(rule.Pattern("value"), "e.?value.orValue('')") is not { } isLiteral ? Differs("value")
            : EachContainer($"c.?env.orValue([]).exists(e, {isNamed} && {isLiteral})", "must take secrets from a Secret, not from a literal in env"),
        ["read-secret-from-env-var"] = _ => EachContainer(
            "c.?env.orValue([]).exists(e, e.?valueFrom.?secretKeyRef.hasValue())", "must mount Secrets as files, not read them into env"),

        // Resources and probes
        ["unset-cpu-requirements"] = rule => Requirements(rule, "cpu", "m", "lowerBoundMillis", "upperBoundMillis"),
        ["unset-memory-requirements"] = rule => Requirements(rule, "memory", "Mi", "lowerBoundMB", "upperBoundMB"),
        ["no-liveness-probe"] = _ => Regular("!c.?livenessProbe.hasValue()", "must have a livenessProbe"),
        ["no-readiness-probe"] = _ => Regular("!c.?readinessProbe.hasValue()", "must have a readinessProbe"),
        ["liveness-port"] = _ => ProbePort("livenessProbe"),
        ["readiness-port"] = _ => ProbePort("readinessProbe"),
        ["startup-port"] = _ => ProbePort("startupProbe"),

        // Ports
        ["privileged-ports"] = _ => EachContainer(
            "c.?ports.orValue([]).exists(p, p.?containerPort.orValue(0) > 0 && p.?containerPort.orValue(0) < 1024)", "must list no port below 1024"),
        ["ssh-port"] = rule =>
            CelPattern.Matches(rule.Pattern("protocol"), "p.?protocol.orValue('TCP')") is { } isOfProtocol
                ? EachContainer(
                    $"c.?ports.orValue([]).exists(p, p.?containerPort.orValue(0) == {rule.Integer("port")} && {isOfProtocol})",
                    $"must not list port {rule.Integer("port")}")
                : Differs("protocol"),
    };

    /// <summary>What the reason is where our engine and RE2 may take a pattern differently.</summary>
    internal static CelForm.Missing Differs(string parameter) =>
        new($"its parameter {parameter} has a pattern that CEL's engine may understand otherwise");

    private static string IsTiedToWindows =>
        $$"""
        variables.isWindows || variables.pod.?nodeSelector[?'kubernetes.io/os'].orValue('') == 'windows'
        || variables.pod.?nodeSelector[?'beta.kubernetes.io/os'].orValue('') == 'windows' || {{PodContext}}.?windowsOptions.hasValue()
        || variables.containers.exists(w, w.?securityContext.?windowsOptions.hasValue())
        """;

    private static CelForm.Expressed Pod(string bad, string message) => new(new CelCheck(CelScope.Pod, bad, message));

    private static CelForm.Expressed EachContainer(string bad, string message) => new(new CelCheck(CelScope.Container, bad, message));

    private static CelForm.Expressed Regular(string bad, string message) => new(new CelCheck(CelScope.RegularContainer, bad, message));

    private static CelForm LatestTag(RuleView rule)
    {
        const string Image = "c.?image.orValue('')";
        var (blocked, allowed) = (rule.Patterns("BlockList"), rule.Patterns("AllowList"));

        // kube-linter takes one list or the other.
        IEnumerable<Pattern> forbidden = rule.IsStandard("BlockList") && allowed.Count > 0 ? [] : blocked;
        if (CelPattern.MatchesAny(forbidden, Image) is not { } isForbidden)
        {
            return Differs("BlockList");
        }

        if (CelPattern.MatchesAny(allowed, Image) is not { } isAllowed)
        {
            return Differs("AllowList");
        }

        return EachContainer(
            allowed.Count == 0 ? isForbidden : $"{isForbidden} || !({isAllowed})",
            rule.IsStandard("BlockList") && allowed.Count == 0 ? "must name a version or a digest of the image" : "must run an image that the policy allows");
    }

    private static CelForm DropNetRaw(RuleView rule)
    {
        var (forbidden, exceptions) = (rule.Patterns("forbiddenCapabilities"), rule.Patterns("exceptions"));
        var forbidsAll = forbidden.Any(pattern => pattern.Text.Equals("all", StringComparison.OrdinalIgnoreCase));
        if (CelPattern.MatchesAny(forbidden, "a") is not { } isForbidden || forbidden.Any(pattern => CelPattern.Matches(pattern, "d") is null))
        {
            return Differs("forbiddenCapabilities");
        }

        if (CelPattern.MatchesAny(exceptions, "a") is not { } isExcepted)
        {
            return Differs("exceptions");
        }

        var isOne = forbidsAll ? "true" : $"a.lowerAscii() == 'all' || {isForbidden}";
        var missing = forbidsAll
            ? ["true"]
            : forbidden.Select(pattern => $"!{Context}.?capabilities.?drop.orValue([]).exists(d, {CelPattern.Matches(pattern, "d")})").ToList();
        List<CelCheck> checks = [];
        if (forbidden.Count > 0)
        {
            checks.Add(new(
                CelScope.Container,
                $"{Context}.?capabilities.?add.orValue([]).exists(a, ({isOne}) && !({isExcepted}))",
                $"must not add the capabilities {string.Join(", ", forbidden)}"));
            checks.Add(new(
                CelScope.Container,
                $"{Context}.?capabilities.hasValue() && !{Context}.?capabilities.?drop.orValue([]).exists(d, d.lowerAscii() == 'all') && ({Cel.Any(missing)})",
                $"must drop the capabilities {string.Join(", ", forbidden)}, or ALL"));
        }

        return new CelForm.Expressed([.. checks]);
    }

    private static CelForm HostMount(RuleView rule) =>
        CelPattern.MatchesAny(rule.Patterns("dirs"), "v.hostPath.path") is { } isForbidden
            ? EachContainer(
                $"variables.volumes.exists(v, has(v.hostPath) && ({isForbidden}) && c.?volumeMounts.orValue([]).exists(m, m.name == v.name))",
                $"must not mount what matches {string.Join(", ", rule.Patterns("dirs"))} of the node")
            : Differs("dirs");

    private static CelForm.Expressed Requirements(RuleView rule, string resource, string unit, string lower, string upper)
    {
        var (least, most) = (rule.Integer(lower), rule.Integer(upper));
        var type = rule.Word("requirementsType");
        List<CelCheck> checks = [];
        foreach (var (name, list) in (ReadOnlySpan<(string, string)>)[("request", "requests"), ("limit", "limits")])
        {
            if (type != name && type != "any")
            {
                continue;
            }

            // What is not written counts as 0.
            var amount = $"quantity(c.?resources.?{list}.?{resource}.orValue('0'))";
            List<string> bounds = [];
            if (least > 0)
            {
                bounds.Add($"{amount}.compareTo(quantity('{least}{unit}')) >= 0");
            }

            if (most < IntegerParameterOf(rule, upper).Most)
            {
                bounds.Add($"{amount}.compareTo(quantity('{most}{unit}')) <= 0");
            }

            checks.Add(new(
                CelScope.Container,
                bounds.Count == 0 ? "true" : string.Join(" && ", bounds),
                least == 0 && most == 0 ? $"must have a {resource} {name} above 0" : $"must have a {resource} {name} outside the amounts of the policy"));
        }

        return new([.. checks]);
    }

    private static IntegerParameter IntegerParameterOf(RuleView rule, string name) =>
        rule.Rule.Parameters.OfType<IntegerParameter>().Single(parameter => parameter.Name == name);

    /// <summary>A number is found among the numbers and a name among the names: values of different types are never equal.</summary>
    private static CelForm.Expressed ProbePort(string probe) => Regular(
        $"""
        [c.?{probe}.?httpGet, c.?{probe}.?tcpSocket, c.?{probe}.?grpc].exists(h, h.hasValue() && !c.?ports.orValue([]).exists(l,
        l.?protocol.orValue('TCP') == 'TCP' && (dyn(l.?name.orValue('')) == dyn(h.value().port) || dyn(l.containerPort) == dyn(h.value().port))))
        """,
        $"must ask in the {probe} one of the TCP ports that they list");
}
