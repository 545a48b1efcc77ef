using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Install;

/// <summary>What became of looking for our webhook configurations.</summary>
internal abstract record InstalledWebhooks
{
    private InstalledWebhooks()
    {
    }

    /// <param name="Configurations">Validating ones first; none where nothing is installed.</param>
    public sealed record Known(IReadOnlyList<InstalledConfiguration> Configurations) : InstalledWebhooks;

    public sealed record Unknown(string Problem) : InstalledWebhooks;

    public static async Task<InstalledWebhooks> FindAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        var found = new List<InstalledConfiguration>();
        foreach (var type in (ResourceType[])[ResourceTypes.ValidatingWebhookConfigurations, ResourceTypes.MutatingWebhookConfigurations])
        {
            switch (await cluster.ListAllAsync(type, null, new(), cancellationToken))
            {
                case ListReply.Listed(var items, _):
                    found.AddRange(items.Where(IsOurs).Select(item => new InstalledConfiguration(type, item)));
                    break;
                case ListReply.Failed(var why):
                    return new Unknown($"{type.QualifiedPlural} cannot be listed: {why.Problem}");
            }
        }

        return new Known(found);
    }

    private static bool IsOurs(JsonObject configuration) =>
        (configuration["webhooks"] as JsonArray ?? []).OfType<JsonObject>().Any(Breakglass.IsOurs);
}

/// <summary>A webhook configuration of ours, as the cluster has it.</summary>
internal sealed record InstalledConfiguration(ResourceType Type, JsonObject Object)
{
    public string Name => Object.Text("metadata", "name") ?? "";

    public bool Validates => Type == ResourceTypes.ValidatingWebhookConfigurations;

    /// <summary>Ours; a configuration may hold entries of others.</summary>
    public IEnumerable<JsonObject> Entries => (Object["webhooks"] as JsonArray ?? []).OfType<JsonObject>().Where(Breakglass.IsOurs);

    /// <summary>Where the service is that answers; null where entries go by URL.</summary>
    public (string Namespace, string Name)? Service
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry["clientConfig"] is JsonObject client && client["service"] is JsonObject service)
                {
                    return (service.Text("namespace") ?? "", service.Text("name") ?? "");
                }
            }

            return null;
        }
    }

    public override string ToString() => $"{Type.Kind} {Name}";
}
