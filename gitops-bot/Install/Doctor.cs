using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Install;

/// <summary>Looks a live installation over, from outside and without changing anything.</summary>
internal sealed class Doctor(ICluster cluster, TimeProvider clock)
{
    private static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);

    /// <param name="namespace">Where to send the dry runs; null for the first that the webhook decides about, <c>default</c> before others.</param>
    public async Task<IReadOnlyList<DoctorCheck>> ExamineAsync(string? @namespace, CancellationToken cancellationToken)
    {
        var checks = new List<DoctorCheck>();
        var version = await cluster.VersionAsync(cancellationToken);
        if (version is not ClusterReply.Done answered)
        {
            return [new(DoctorOutcome.Unknown, "API server", version.Problem ?? "does not answer", "see that the kubeconfig leads to a cluster")];
        }

        checks.Add(new(DoctorOutcome.Ok, "API server", $"answers, version {answered.Object.Text("gitVersion")}"));
        var found = await InstalledWebhooks.FindAsync(cluster, cancellationToken);
        if (found is not InstalledWebhooks.Known { Configurations: var configurations })
        {
            return [.. checks, new(DoctorOutcome.Unknown, "webhook configurations", ((InstalledWebhooks.Unknown)found).Problem)];
        }

        if (!configurations.Any(configuration => configuration.Validates))
        {
            return [.. checks, new(DoctorOutcome.Failed, "webhook configurations", $"none has an entry *{Breakglass.EntrySuffix}: nothing is judged", "install the chart, or what selfheal manifests prints")];
        }

        var namespaces = await NamespacesAsync(checks, cancellationToken);
        foreach (var configuration in configurations)
        {
            checks.AddRange(EntryChecks.Of(configuration, namespaces, clock.GetUtcNow()));
        }

        foreach (var service in configurations.Select(configuration => configuration.Service).OfType<(string, string)>().Distinct())
        {
            checks.Add(await ReplicasAsync(service, cancellationToken));
        }

        // One that has no rules now will have them again.
        var closed = configurations.SelectMany(configuration => configuration.Entries)
            .Where(entry => entry.Text("failurePolicy") != "Ignore" && EntryChecks.AsksAboutNamespaced(entry)).ToList();
        checks.AddRange(await VitalNamespaces.CheckAsync(cluster, closed, namespaces, cancellationToken));
        var asked = configurations.Where(configuration => configuration.Validates).SelectMany(configuration => configuration.Entries).Where(EntryChecks.JudgesDeployments).ToList();
        if (asked.Count == 0)
        {
            checks.Add(new(DoctorOutcome.Warning, "dry run", "is not sent: no validating entry has rules about Deployments now", "see above why"));
        }
        else if ((@namespace ?? Covered(asked, namespaces)) is { } probed)
        {
            var refused = await ProbeCheck.RefusedAsync(cluster, probed, clock, cancellationToken);
            checks.Add(refused);
            if (refused.Outcome is DoctorOutcome.Ok or DoctorOutcome.Warning)
            {
                checks.Add(await ProbeCheck.AdmittedAsync(cluster, probed, cancellationToken));
            }
        }
        else
        {
            checks.Add(new(DoctorOutcome.Warning, "dry run", "is not sent: no namespace is known that the webhook decides about", "see the namespaceSelector of its entries, or name one with --namespace"));
        }

        return checks;
    }

    private async Task<IReadOnlyDictionary<string, JsonObject>> NamespacesAsync(List<DoctorCheck> checks, CancellationToken cancellationToken)
    {
        switch (await cluster.ListAllAsync(ResourceTypes.Namespaces, null, new(), cancellationToken))
        {
            case ListReply.Listed(var items, _):
                return items.ToDictionary(item => item.Text("metadata", "name") ?? "", StringComparer.Ordinal);
            case ListReply.Failed(var why):
                checks.Add(new(DoctorOutcome.Unknown, "namespaces", $"cannot be listed: {why.Problem}"));
                break;
        }

        return new Dictionary<string, JsonObject>();
    }

    private async Task<DoctorCheck> ReplicasAsync((string Namespace, string Name) service, CancellationToken cancellationToken)
    {
        var about = $"Service {service.Namespace}/{service.Name}";
        var reply = await cluster.ListAllAsync(
            EndpointSlices, service.Namespace, new() { LabelSelector = $"kubernetes.io/service-name={service.Name}" }, cancellationToken);
        if (reply is not ListReply.Listed(var slices, _))
        {
            return new(DoctorOutcome.Unknown, about, $"its endpoints cannot be listed: {((ListReply.Failed)reply).Why.Problem}");
        }

        var ready = slices.SelectMany(slice => (slice["endpoints"] as JsonArray ?? []).OfType<JsonObject>())
            .Where(endpoint => endpoint["conditions"] is not JsonObject conditions || conditions["ready"] is null || conditions.IsTrue("ready"))

            // With two address families each pod is there twice.
            .Select(endpoint => (endpoint["targetRef"] as JsonObject)?.Text("name") ?? (endpoint["addresses"] as JsonArray)?.ToJsonString() ?? "")
            .Distinct(StringComparer.Ordinal)
            .Count();
        return ready switch
        {
            0 => new(DoctorOutcome.Failed, about, "no replica is ready", "kubectl -n " + service.Namespace + " get pods, and their logs"),
            1 => new(DoctorOutcome.Warning, about, "one replica is ready: when it goes, nothing is admitted", "run three"),
            _ => new(DoctorOutcome.Ok, about, $"{ready} replicas are ready"),
        };
    }

    private static string? Covered(List<JsonObject> entries, IReadOnlyDictionary<string, JsonObject> namespaces) =>
        namespaces.Where(each => entries.Any(entry => EntryChecks.Covers(entry, each.Value)))
            .Select(each => each.Key)
            .OrderBy(name => name == "default" ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal)
            .FirstOrDefault();
}
