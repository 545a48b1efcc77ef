using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>One thing that a level of the Pod Security Standards forbids, put into a pod spec.</summary>
internal sealed record PodPoison(string Name, Action<JsonObject> Apply)
{
    public override string ToString() => Name;
}

/// <summary>Something of every control, and in every list of containers.</summary>
internal static class PodPoisons
{
    public static IReadOnlyList<PodPoison> All { get; } =
    [
        .. OfPod("""{"hostNetwork": true}"""),
        .. OfPod("""{"hostPID": true}"""),
        .. OfPod("""{"hostIPC": true}"""),
        .. OfPod("""{"volumes": [{"name": "h", "hostPath": {"path": "/"}}]}"""),
        .. OfPod("""{"volumes": [{"name": "e", "emptyDir": {}}, {"name": "h", "hostPath": {"path": "/var/run/docker.sock"}}]}"""),
        .. OfPod("""{"volumes": [{"name": "n", "nfs": {"server": "s", "path": "/"}}]}"""),
        .. OfPodContext("""{"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}"""),
        .. OfPodContext("""{"sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}, {"name": "net/ipv4/ip_forward", "value": "1"}]}"""),
        .. OfPodContext("""{"windowsOptions": {"hostProcess": true}}"""),
        .. OfPodContext("""{"seLinuxOptions": {"type": "spc_t"}}"""),
        .. OfPodContext("""{"seLinuxOptions": {"user": "root"}}"""),
        .. OfPodContext("""{"seLinuxOptions": {"role": "sysadm_r"}}"""),
        .. OfPodContext("""{"appArmorProfile": {"type": "Unconfined"}}"""),
        .. OfPodContext("""{"appArmorProfile": {}}"""),
        .. OfPodContext("""{"seccompProfile": {"type": "Unconfined"}}"""),
        .. OfPodContext("""{"seccompProfile": {"type": "runtimeDefault"}}"""),
        .. OfPodContext("""{"runAsNonRoot": false}"""),
        .. OfPodContext("""{"runAsUser": 0}"""),
        .. OfContext("""{"privileged": true}"""),
        .. OfContext("""{"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}"""),
        .. OfContext("""{"capabilities": {"drop": ["ALL"], "add": ["CAP_CHOWN"]}}"""),
        .. OfContext("""{"capabilities": {"drop": ["ALL"], "add": ["chown", "net_admin"]}}"""),
        .. OfContext("""{"capabilities": {"drop": ["ALL"], "add": ["ALL"]}}"""),
        .. OfContext("""{"capabilities": {"drop": ["all"]}}"""),
        .. OfContext("""{"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}"""),
        .. OfContext("""{"capabilities": {}}"""),
        .. OfContext("""{"procMount": "Unmasked"}"""),
        .. OfContext("""{"procMount": "default"}"""),
        .. OfContext("""{"windowsOptions": {"hostProcess": true}}"""),
        .. OfContext("""{"seLinuxOptions": {"type": "container_t2"}}"""),
        .. OfContext("""{"appArmorProfile": {"type": "Unconfined"}}"""),
        .. OfContext("""{"seccompProfile": {"type": "Unconfined"}}"""),
        .. OfContext("""{"seccompProfile": {"type": ""}}"""),
        .. OfContext("""{"allowPrivilegeEscalation": true}"""),
        .. OfContext("""{"allowPrivilegeEscalation": null}"""),
        .. OfContext("""{"runAsNonRoot": false}"""),
        .. OfContext("""{"runAsUser": 0}"""),
        .. OfContainer("""{"ports": [{"containerPort": 80, "hostPort": 80}]}"""),
        .. OfContainer("""{"ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 1}]}"""),
        .. OfContainer("""{"livenessProbe": {"httpGet": {"port": 80, "host": "169.254.169.254"}}}"""),
        .. OfContainer("""{"startupProbe": {"tcpSocket": {"port": 80, "host": "127.0.0.1"}}}"""),
        .. OfContainer("""{"lifecycle": {"preStop": {"httpGet": {"port": 80, "host": "example.com"}}}}"""),
        .. OfContainer("""{"securityContext": null}"""),
        .. OfContainer("""{"securityContext": {}}"""),
    ];

    private static IEnumerable<PodPoison> OfPod(string json) => [new($"pod {json}", spec => Merge(spec, Objects.Parse(json)))];

    private static IEnumerable<PodPoison> OfPodContext(string json) =>
        [new($"pod context {json}", spec => Merge(Child(spec, "securityContext"), Objects.Parse(json)))];

    private static IEnumerable<PodPoison> OfContext(string json) => OfContainer($$"""{"securityContext": {{json}}}""");

    private static IEnumerable<PodPoison> OfContainer(string json) =>
        ((string[])["containers", "initContainers", "ephemeralContainers"]).Select(list => new PodPoison($"{list} {json}", spec =>
        {
            if (spec[list] is not JsonArray containers)
            {
                spec[list] = containers = [];
            }

            if (list != "containers" || containers.Count == 0)
            {
                var another = Objects.RestrictedSpec()["containers"]![0]!.DeepClone().AsObject();
                another["name"] = $"{list}-{containers.Count}".ToLowerInvariant();
                another.Remove("ports");
                containers.Add((JsonNode)another);
            }

            if (containers[^1] is JsonObject container)
            {
                Merge(container, Objects.Parse(json));
            }
        }));

    private static JsonObject Child(JsonObject map, string key)
    {
        if (map[key] is not JsonObject child)
        {
            map[key] = child = [];
        }

        return child;
    }

    /// <summary>Objects one into the other; all else in place of what was there.</summary>
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject { Count: > 0 } map && key is "securityContext")
            {
                Merge(Child(into, key), map);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }
}
