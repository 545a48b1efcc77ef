using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// Namespaces that run network, storage or DNS of the cluster. Without these no pod starts, the webhook's included: where
/// they wait for the webhook, a cluster that was down stays down.
/// </summary>
internal static class VitalNamespaces
{
    private static readonly ResourceType[] Workloads = [ResourceTypes.DaemonSets, ResourceTypes.Deployments, ResourceTypes.StatefulSets];

    private static readonly string[] NetworkPaths = ["/etc/cni", "/opt/cni", "/var/lib/cni", "/run/flannel", "/var/run/calico", "/var/run/cilium", "/lib/modules"];
    private static readonly string[] StoragePaths = ["/var/lib/kubelet/plugins", "/var/lib/kubelet/plugins_registry", "/csi"];
    private static readonly string[] StorageContainers = ["csi-", "node-driver-registrar", "driver-registrar", "liveness-probe-csi"];
    private static readonly string[] DnsImages = ["coredns", "kube-dns", "k8s-dns", "node-cache"];

    /// <param name="entries">The entries that fail closed.</param>
    public static async Task<IReadOnlyList<DoctorCheck>> CheckAsync(
        ICluster cluster, IReadOnlyList<JsonObject> entries, IReadOnlyDictionary<string, JsonObject> namespaces, CancellationToken cancellationToken)
    {
        var checks = new List<DoctorCheck>();
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in Workloads)
        {
            switch (await cluster.ListAllAsync(type, null, new(), cancellationToken))
            {
                case ListReply.Listed(var items, _):
                    foreach (var item in items)
                    {
                        if (RoleOf(item) is { } role && item.Text("metadata", "namespace") is { } @namespace)
                        {
                            if (!found.TryGetValue(@namespace, out var roles))
                            {
                                found.Add(@namespace, roles = new(StringComparer.Ordinal));
                            }

                            roles.Add($"{role} ({type.Kind} {item.Text("metadata", "name")})");
                        }
                    }

                    break;
                case ListReply.Failed(var why):
                    checks.Add(new(DoctorOutcome.Unknown, type.QualifiedPlural, $"cannot be listed: {why.Problem}"));
                    break;
            }
        }

        foreach (var (name, roles) in found)
        {
            var (about, runs) = ($"namespace {name}", $"runs the cluster's {string.Join(", ", roles)}");
            checks.Add(!namespaces.TryGetValue(name, out var live)
                ? new(DoctorOutcome.Unknown, about, $"{runs}, and its labels are not known", "let yourself list namespaces")
                : entries.Any(entry => EntryChecks.Covers(entry, live))
                ? new(
                    DoctorOutcome.Warning, about, $"{runs}, and the webhook decides about it",
                    $"exclude it, so that the cluster comes up without the webhook: excludedNamespaces of the chart, or selfheal manifests --exclude-namespace {name}")
                : new(DoctorOutcome.Ok, about, $"{runs}, and is excluded"));
        }

        return checks;
    }

    /// <summary>What a workload does for the cluster; null where it is one like any other.</summary>
    public static string? RoleOf(JsonObject workload)
    {
        var root = JsonFields.Of(workload);
        if (!PodTemplate.TryFind(root, out var pod))
        {
            return null;
        }

        foreach (var volume in pod.Spec[Name.Volumes].Elements)
        {
            if (volume[Name.HostPath][Name.Path].Text is { } path)
            {
                if (StoragePaths.Any(each => IsUnder(path, each)))
                {
                    return "storage";
                }

                if (NetworkPaths.Any(each => IsUnder(path, each)))
                {
                    return "network";
                }
            }
        }

        foreach (var container in pod.Spec[Name.Containers].Elements)
        {
            var image = container[Name.Image].Text ?? "";
            var last = image[(image.LastIndexOf('/') + 1)..];
            if (DnsImages.Any(each => last.StartsWith(each, StringComparison.Ordinal)))
            {
                return "DNS";
            }

            if (StorageContainers.Any(each => (container[Name.Name].Text ?? "").StartsWith(each, StringComparison.Ordinal)))
            {
                return "storage";
            }

            if (last.StartsWith("kube-proxy", StringComparison.Ordinal))
            {
                return "network";
            }
        }

        return pod.Metadata[Name.Labels]["k8s-app"].Is("kube-dns"u8) ? "DNS" : null;
    }

    private static bool IsUnder(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/' || folder[^1] == '/' || path[folder.Length] == '.');
}
