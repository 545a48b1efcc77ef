using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Says by itself what the Pod Security Standards (latest version) find in an object, from the text of the standard and with
/// nothing of the engine: plain JSON, ordinal names, unknown fields ignored, as the API server's decoder has it.
/// Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
/// </summary>
internal static class PodOracle
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    private static readonly HashSet<string> BaselineCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    private static readonly HashSet<string> Sysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
        "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    ];

    private static readonly HashSet<string> SelinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    private static readonly HashSet<string> VolumeTypes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    private static readonly string[] VolumeKinds =
    [
        .. VolumeTypes, "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder",
        "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "portworxVolume", "photonPersistentDisk", "scaleIO", "storageos", "image",
    ];

    /// <summary>
    /// <c>pod path | control | place</c> for each violation of each pod of the object; a place is a list and a container's
    /// name, so that an old object and a new one can be told apart.
    /// </summary>
    public static HashSet<string> Violations(JsonObject root, bool isRestricted)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, holder) in Objects.Pods(root))
        {
            if (holder["spec"] is not JsonObject spec)
            {
                continue;
            }

            void Add(string control, string place = "") => found.Add($"{path}|{control}|{place}");

            var containers = Lists.SelectMany(list => (spec[list] as JsonArray ?? []).OfType<JsonObject>().Select(each => (Place: $"{list}/{Text(each["name"])}", Container: each))).ToList();
            var pod = Map(spec["securityContext"]);
            var contexts = containers.Select(each => (each.Place, Context: Map(each.Container["securityContext"]))).Prepend((Place: "", Context: pod)).ToList();
            var hasUserNamespace = IsFalse(spec["hostUsers"]);
            var isWindows = Text(Map(spec["os"])["name"]) == "windows";

            // Baseline
            foreach (var host in (string[])["hostNetwork", "hostPID", "hostIPC"])
            {
                if (IsTrue(spec[host]))
                {
                    Add("host-namespaces", host);
                }
            }

            foreach (var volume in (spec["volumes"] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (volume["hostPath"] is not null)
                {
                    Add("host-path-volumes", Text(volume["name"]));
                }

                if (isRestricted && VolumeKinds.FirstOrDefault(kind => volume[kind] is not null) is { } type && !VolumeTypes.Contains(type))
                {
                    Add("restricted-volumes", Text(volume["name"]));
                }
            }

            foreach (var sysctl in (pod["sysctls"] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (!Sysctls.Contains(Text(sysctl["name"])))
                {
                    Add("sysctls", Text(sysctl["name"]));
                }
            }

            foreach (var (key, value) in Map(Map(holder["metadata"])["annotations"]))
            {
                if (key.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)
                    && Text(value) is var profile && profile is not ("" or "runtime/default") && !profile.StartsWith("localhost/", StringComparison.Ordinal))
                {
                    Add("apparmor", key);
                }
            }

            foreach (var (place, context) in contexts)
            {
                if (IsTrue(Map(context["windowsOptions"])["hostProcess"]))
                {
                    Add("host-process", place);
                }

                var selinux = Map(context["seLinuxOptions"]);
                if (!SelinuxTypes.Contains(Text(selinux["type"])) || Text(selinux["user"]).Length > 0 || Text(selinux["role"]).Length > 0)
                {
                    Add("selinux", place);
                }

                if (context["appArmorProfile"] is JsonObject armor && Text(armor["type"]) is not ("RuntimeDefault" or "Localhost"))
                {
                    Add("apparmor", place);
                }

                if (context["seccompProfile"] is JsonObject seccomp && Text(seccomp["type"]) is not ("RuntimeDefault" or "Localhost"))
                {
                    Add("seccomp", place);
                }
            }

            foreach (var (place, container) in containers)
            {
                var context = Map(container["securityContext"]);
                if (IsTrue(context["privileged"]))
                {
                    Add("privileged", place);
                }

                // Restricted asks for the default also of pods with users of their own.
                if ((isRestricted || !hasUserNamespace) && context["procMount"] is not null && Text(context["procMount"]) is not ("" or "Default"))
                {
                    Add("proc-mount", place);
                }

                foreach (var capability in Added(context).Where(each => !BaselineCapabilities.Contains(each)))
                {
                    Add("capabilities", $"{place}/{capability}");
                }

                foreach (var port in (container["ports"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    if (Number(port["hostPort"]) is { } number && number != 0)
                    {
                        Add("host-ports", $"{place}/{number}");
                    }
                }

                foreach (var handler in Handlers(container))
                {
                    if (Text(Map(handler["httpGet"])["host"]).Length > 0 || Text(Map(handler["tcpSocket"])["host"]).Length > 0)
                    {
                        Add("host-probes", place);
                    }
                }
            }

            if (isRestricted)
            {
                AddRestricted(containers, pod, hasUserNamespace, isWindows, Add);
            }
        }

        return found;
    }

    /// <summary>
    /// False for what the API server turns down while it decodes, so that it is never stored: THE RULE is that a field of the
    /// pod that the controls read must be of the type that the API gives it, or null; a list of objects holds objects
    /// only. What only its later validation turns down (names, ranges, duplicates) counts here all the same.
    /// </summary>
    public static bool IsDecodable(JsonObject root) => Objects.Pods(root).All(pod => IsPod(pod.Holder));

    private static void AddRestricted(List<(string Place, JsonObject Container)> containers, JsonObject pod, bool hasUserNamespace, bool isWindows, Action<string, string> add)
    {
        var podSeccomp = Text(Map(pod["seccompProfile"])["type"]);
        if (!hasUserNamespace && Number(pod["runAsUser"]) == 0)
        {
            add("run-as-user", "");
        }

        foreach (var (place, container) in containers)
        {
            var context = Map(container["securityContext"]);
            if (!isWindows && !IsFalse(context["allowPrivilegeEscalation"]))
            {
                add("privilege-escalation", place);
            }

            if (!hasUserNamespace && (IsFalse(context["runAsNonRoot"]) || (context["runAsNonRoot"] is null && !IsTrue(pod["runAsNonRoot"]))))
            {
                add("run-as-non-root", place);
            }

            if (!hasUserNamespace && Number(context["runAsUser"]) == 0)
            {
                add("run-as-user", place);
            }

            var own = Text(Map(context["seccompProfile"])["type"]);
            if (!isWindows && (own.Length > 0 ? own : podSeccomp) is not ("RuntimeDefault" or "Localhost"))
            {
                add("seccomp-restricted", place);
            }

            var drop = (Map(context["capabilities"])["drop"] as JsonArray ?? []).Select(Text);
            if (!isWindows && (!drop.Contains("ALL") || Added(context).Any(each => each != "NET_BIND_SERVICE")))
            {
                add("capabilities-restricted", place);
            }
        }
    }

    private static IEnumerable<string> Added(JsonObject context) => (Map(context["capabilities"])["add"] as JsonArray ?? []).Select(Text);

    private static IEnumerable<JsonObject> Handlers(JsonObject container)
    {
        var lifecycle = Map(container["lifecycle"]);
        return [Map(container["livenessProbe"]), Map(container["readinessProbe"]), Map(container["startupProbe"]), Map(lifecycle["postStart"]), Map(lifecycle["preStop"])];
    }

    private static bool IsPod(JsonObject holder)
    {
        if (holder["spec"] is not JsonObject spec)
        {
            return holder["spec"] is null;
        }

        return AreBooleans(spec, "hostNetwork", "hostPID", "hostIPC", "hostUsers") && AreMaps(spec, "securityContext", "os")
            && AreTexts(Map(spec["os"]), "name")
            && AreMaps(holder, "metadata") && AreMaps(Map(holder["metadata"]), "annotations") && Map(Map(holder["metadata"])["annotations"]).All(pair => IsText(pair.Value))
            && IsContext(Map(spec["securityContext"])) && AreLists(Map(spec["securityContext"]), "sysctls")
            && Elements(Map(spec["securityContext"]), "sysctls").All(each => AreTexts(each, "name", "value"))
            && AreLists(spec, "volumes", "containers", "initContainers", "ephemeralContainers")
            && Elements(spec, "volumes").All(each => AreTexts(each, "name") && AreMaps(each, VolumeKinds))
            && Lists.SelectMany(list => Elements(spec, list)).All(IsContainer);
    }

    private static bool IsContainer(JsonObject container)
    {
        var context = Map(container["securityContext"]);
        var capabilities = Map(context["capabilities"]);
        return AreTexts(container, "name", "image") && AreMaps(container, "securityContext", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
            && AreBooleans(context, "privileged", "allowPrivilegeEscalation") && AreTexts(context, "procMount") && IsContext(context)
            && AreMaps(context, "capabilities") && AreTextLists(capabilities, "add", "drop")
            && AreLists(container, "ports") && Elements(container, "ports").All(port => AreIntegers(port, int.MaxValue, "hostPort", "containerPort"))
            && AreMaps(Map(container["lifecycle"]), "postStart", "preStop")
            && Handlers(container).All(handler => AreMaps(handler, "httpGet", "tcpSocket") && AreTexts(Map(handler["httpGet"]), "host") && AreTexts(Map(handler["tcpSocket"]), "host"));
    }

    private static bool IsContext(JsonObject context) =>
        AreBooleans(context, "runAsNonRoot") && AreIntegers(context, long.MaxValue, "runAsUser")
        && AreMaps(context, "windowsOptions", "seLinuxOptions", "seccompProfile", "appArmorProfile")
        && AreBooleans(Map(context["windowsOptions"]), "hostProcess")
        && AreTexts(Map(context["seLinuxOptions"]), "type", "user", "role", "level")
        && AreTexts(Map(context["seccompProfile"]), "type") && AreTexts(Map(context["appArmorProfile"]), "type");

    private static bool AreMaps(JsonObject map, params string[] keys) => keys.All(key => map[key] is null or JsonObject);

    private static bool AreLists(JsonObject map, params string[] keys) => keys.All(key => map[key] is null || (map[key] is JsonArray list && list.All(each => each is JsonObject)));

    private static bool AreTextLists(JsonObject map, params string[] keys) => keys.All(key => map[key] is null || (map[key] is JsonArray list && list.All(IsText)));

    private static bool AreBooleans(JsonObject map, params string[] keys) => keys.All(key => map[key] is null || (map[key] is JsonValue value && value.TryGetValue(out bool _)));

    private static bool AreTexts(JsonObject map, params string[] keys) => keys.All(key => IsText(map[key]));

    private static bool AreIntegers(JsonObject map, long most, params string[] keys) =>
        keys.All(key => map[key] is null || (Number(map[key]) is { } number && number <= most && number >= -most));

    private static bool IsText(JsonNode? node) => node is null || (node is JsonValue value && value.TryGetValue(out string? _));

    private static IEnumerable<JsonObject> Elements(JsonObject map, string list) => (map[list] as JsonArray ?? []).OfType<JsonObject>();

    private static JsonObject Map(JsonNode? node) => node as JsonObject ?? [];

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool flag) && flag;

    private static bool IsFalse(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool flag) && !flag;

    private static long? Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
