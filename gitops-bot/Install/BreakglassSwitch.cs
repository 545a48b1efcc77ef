using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Install;

/// <summary>What was done to one configuration.</summary>
/// <param name="Problem">Null where it was done, or nothing was to be done.</param>
/// <param name="IsChanged">False where nothing was to be done, or it could not be.</param>
/// <param name="Owner">Who will undo it; null for nobody.</param>
internal sealed record BreakglassStep(InstalledConfiguration Configuration, string? Problem, bool IsChanged, GitOpsOwner? Owner);

/// <summary>
/// Sets admission aside for a time, or ends that. It needs no webhook that answers: it writes the configurations alone,
/// which the API server exempts from admission. The webhook's leader puts the rules back when the time is over.
/// </summary>
internal sealed class BreakglassSwitch(ICluster cluster)
{
    private const string FieldManager = "selfheal-breakglass";
    private const int Attempts = 5;

    /// <summary>Who the API server takes the caller for; null where it does not say.</summary>
    public async Task<string?> WhoAmIAsync(CancellationToken cancellationToken)
    {
        var type = ResourceTypes.SelfSubjectReviews;
        var reply = await cluster.CreateAsync(
            type, null, new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind }, WriteOptions.Default, cancellationToken);
        return reply is ClusterReply.Done done && done.Object["status"] is JsonObject status ? status.Text("userInfo", "username") : null;
    }

    public Task<IReadOnlyList<BreakglassStep>> OpenAsync(
        IReadOnlyList<InstalledConfiguration> configurations, Breakglass breakglass, CancellationToken cancellationToken) =>
        ChangeAsync(configurations, each => { breakglass.Open(each); return true; }, cancellationToken);

    public Task<IReadOnlyList<BreakglassStep>> EndAsync(IReadOnlyList<InstalledConfiguration> configurations, CancellationToken cancellationToken) =>
        ChangeAsync(configurations, Breakglass.Forget, cancellationToken);

    /// <summary>An Event that <c>kubectl get events</c> shows and audit collects; why not, where it could not be written.</summary>
    public async Task<string?> RecordAsync(InstalledConfiguration configuration, string reason, string message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        // Events about what has no namespace belong into this one.
        var reply = await cluster.CreateAsync(
            ResourceTypes.Events,
            "default",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Event",
                ["metadata"] = new JsonObject { ["generateName"] = "selfheal-breakglass-", ["namespace"] = "default" },
                ["involvedObject"] = new JsonObject
                {
                    ["apiVersion"] = configuration.Type.ApiVersion,
                    ["kind"] = configuration.Type.Kind,
                    ["name"] = configuration.Name,
                    ["uid"] = configuration.Object.Text("metadata", "uid"),
                },
                ["type"] = "Warning",
                ["reason"] = reason,
                ["message"] = message.Length > 1024 ? message[..1024] : message,
                ["source"] = new JsonObject { ["component"] = FieldManager },
                ["firstTimestamp"] = time,
                ["lastTimestamp"] = time,
                ["count"] = 1,
            },
            WriteOptions.Default,
            cancellationToken);
        return reply.Problem;
    }

    private async Task<IReadOnlyList<BreakglassStep>> ChangeAsync(
        IReadOnlyList<InstalledConfiguration> configurations, Func<JsonObject, bool> change, CancellationToken cancellationToken)
    {
        var steps = new List<BreakglassStep>();
        foreach (var configuration in configurations)
        {
            var (problem, isChanged) = await ChangeAsync(configuration, change, cancellationToken);
            steps.Add(new(configuration, problem, isChanged, GitOpsOwner.Of(configuration.Object)));
        }

        return steps;
    }

    private async Task<(string? Problem, bool IsChanged)> ChangeAsync(InstalledConfiguration configuration, Func<JsonObject, bool> change, CancellationToken cancellationToken)
    {
        var target = new ObjectReference(configuration.Type, null, configuration.Name);
        for (var attempt = 1; ; attempt++)
        {
            var read = await cluster.GetAsync(target, cancellationToken);
            if (read is not ClusterReply.Done done)
            {
                return (read.Problem, false);
            }

            var changed = done.Object.DeepClone().AsObject();
            if (!change(changed))
            {
                return (null, false);
            }

            var written = await cluster.ReplaceAsync(target, changed, new() { FieldManager = FieldManager }, cancellationToken);
            if (written is ClusterReply.Refused { Status.IsConflict: true } && attempt < Attempts)
            {
                continue;
            }

            return (written.Problem, written is ClusterReply.Done);
        }
    }
}
