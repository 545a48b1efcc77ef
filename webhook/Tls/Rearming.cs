using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Ends a break-glass where certificates come from elsewhere: one of the replicas, the leader, puts the rules back into
/// entries that have none, once the time is over or was ended. It changes nothing else: whose rules differ are their owner's,
/// and caBundle is of whoever makes the certificates.
/// </summary>
internal sealed partial class Rearming(ICluster cluster, RearmingOptions options, EntryRules rules, Func<bool> isReady, TimeProvider clock, ILogger<Rearming> logger)
    : BackgroundService
{
    private const string Manager = "selfheal-webhook";

    private readonly ObjectReference[] configurations =
    [
        .. options.ValidatingConfiguration is { } validating ? [new ObjectReference(ResourceTypes.ValidatingWebhookConfigurations, null, validating)] : (ObjectReference[])[],
        .. options.MutatingConfiguration is { } mutating ? [new ObjectReference(ResourceTypes.MutatingWebhookConfigurations, null, mutating)] : (ObjectReference[])[],
    ];

    private string? lastProblem;

    /// <summary>What the leader does each time.</summary>
    public async Task LeadAsync(CancellationToken cancellationToken)
    {
        string? problem = null;
        foreach (var target in configurations)
        {
            var its = await LookAsync(target, cancellationToken);
            problem ??= its;
        }

        if (problem is not null && problem != lastProblem)
        {
            LogProblem(problem);
        }

        lastProblem = problem;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new LeaderLease(cluster, options.Namespace, options.Lease, options.Identity, options.Timings, clock);
        return RepeatAsync(token => lease.RunAsync(leading => RepeatAsync(LeadAsync, leading), token), stoppingToken);
    }

    /// <returns>Null, or why it is not as it should be.</returns>
    private async Task<string?> LookAsync(ObjectReference target, CancellationToken cancellationToken)
    {
        var reply = await cluster.GetAsync(target, cancellationToken);
        if (reply is not ClusterReply.Done done)
        {
            return reply is ClusterReply.Refused { Status.IsNotFound: true } ? null : $"{target} cannot be read: {reply.Problem}";
        }

        var configuration = new WebhookConfiguration(done.Object);
        var arms = configuration.PatchRulesBack(rules, out var entries);

        // Nobody is to be called before somebody answers.
        if (arms is not null && !isReady())
        {
            return null;
        }

        var patch = arms ?? configuration.PatchAfter(clock.GetUtcNow());
        if (patch is null)
        {
            return null;
        }

        var written = await cluster.PatchAsync(target, PatchType.Json, patch, new WriteOptions { FieldManager = Manager }, cancellationToken);
        if (written is not ClusterReply.Done)
        {
            return $"{target} cannot be patched: {written.Problem}";
        }

        if (arms is not null)
        {
            LogRearmed(target, string.Join(", ", entries));
        }

        return null;
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> once, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await once(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }

            await Task.Delay(options.Interval, clock, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Admission was set aside in {Configuration}; that is over, and its rules are back: {Entries}")]
    private partial void LogRearmed(ObjectReference configuration, string entries);

    [LoggerMessage(LogLevel.Error, "Webhook configurations: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Error, "Looking after the webhook configurations failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
