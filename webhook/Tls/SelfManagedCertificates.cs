using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Certificates of the webhook's own making. Every replica reads the one Secret and serves the leaf in it; one of them, the
/// leader, makes and renews what is in it, and sees to it that the webhook configurations trust it and have their rules.
/// A replica that cannot reach the cluster serves on with what it has.
/// </summary>
internal sealed partial class SelfManagedCertificates(
    ICluster cluster,
    SelfManagedOptions options,
    CertificateLifetimes lifetimes,
    EntryRules rules,
    Func<bool> isReady,
    ServingCertificate serving,
    CertificateState state,
    TimeProvider clock,
    ILogger<SelfManagedCertificates> logger) : BackgroundService
{
    private const string Manager = "selfheal-webhook";

    // More than any situation takes.
    private const int MostSteps = 16;

    private readonly ObjectReference secret = new(ResourceTypes.Secrets, options.Namespace, options.Secret);
    private readonly IReadOnlyList<string> names = CertificateAuthority.NamesOf(options.Service, options.Namespace);
    private readonly ObjectReference[] configurations =
    [
        .. options.ValidatingConfiguration is { } validating ? [new ObjectReference(ResourceTypes.ValidatingWebhookConfigurations, null, validating)] : (ObjectReference[])[],
        .. options.MutatingConfiguration is { } mutating ? [new ObjectReference(ResourceTypes.MutatingWebhookConfigurations, null, mutating)] : (ObjectReference[])[],
    ];

    /// <summary>What each configuration was meant to be when this process last saw it so.</summary>
    private readonly Dictionary<ObjectReference, string> asserted = [];

    /// <summary>What the leader sees to by itself, at the beginning and when somebody has taken it away.</summary>
    private readonly string unmade =
        $"{new ObjectReference(ResourceTypes.Secrets, options.Namespace, options.Secret)} holds no certificate that can be served as {CertificateAuthority.NamesOf(options.Service, options.Namespace)[0]}; the leader is to make one";

    private ManagedCertificates? known;
    private ReadOnlyMemory<byte> served;
    private string? followingProblem;
    private string? leadingProblem;

    /// <summary>Reads the Secret once, and serves its leaf if it is another.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var problem = await ServeAsync(cancellationToken);
        Tell(problem, followingProblem);
        followingProblem = problem;
        Report();
    }

    /// <summary>What the leader does each time: the next steps of the plan, and the configurations as they should be.</summary>
    public async Task LeadAsync(CancellationToken cancellationToken)
    {
        var problem = await RenewAsync(cancellationToken);
        Tell(problem, leadingProblem);
        leadingProblem = problem;
        Report();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new LeaderLease(cluster, options.Namespace, options.Lease, options.Identity, options.Timings, clock);
        await Task.WhenAll(
            RepeatAsync(FollowAsync, stoppingToken),
            RepeatAsync(token => lease.RunAsync(LeadOnAsync, token), stoppingToken));
    }

    private async Task LeadOnAsync(CancellationToken leading)
    {
        LogLeading(options.Identity);
        try
        {
            await RepeatAsync(LeadAsync, leading);
        }
        finally
        {
            // What goes on from here is another's to see.
            asserted.Clear();
            leadingProblem = null;
            Report();
        }
    }

    /// <returns>Null, or why there is nothing new to serve.</returns>
    private async Task<string?> ServeAsync(CancellationToken cancellationToken)
    {
        var reply = await cluster.GetAsync(secret, cancellationToken);
        if (reply is ClusterReply.Refused { Status.IsNotFound: true })
        {
            return unmade;
        }

        if (reply is not ClusterReply.Done done)
        {
            return $"{secret} cannot be read: {reply.Problem}";
        }

        if (served.Length > 0 && done.Json.Span.SequenceEqual(served.Span))
        {
            return null;
        }

        var certificates = ManagedCertificates.Read(done.Object);
        var situation = certificates.Situation(names, isInForce: null);
        if (certificates.Leaf is not { } leaf || situation.Leaf is not { HasNames: true } facts || clock.GetUtcNow() >= facts.NotAfter)
        {
            return unmade;
        }

        Volatile.Write(ref known, certificates);
        if (IsServed(certificates))
        {
            served = done.Json;
            return null;
        }

        var next = ServedCertificate.Of(leaf, []);
        if (await TrialHandshake.TryAsync(next, clock, cancellationToken) is { } failure)
        {
            return $"{secret}: no TLS connection can be served with it: {failure}";
        }

        serving.Replace(next);
        served = done.Json;

        // Of the authorities, the one that signed it: those before it may well be about to expire.
        state.Loaded(
            next.NotBefore, next.NotAfter, certificates.Authorities.Where(authority => ManagedCertificates.IdOf(authority) == facts.AuthorityId).Select(Validity.Of));
        LogLoaded(secret, state.Now.Generation, next.NotAfter, next.Fingerprint);
        return null;
    }

    /// <returns>Null, or why something is not as it should be.</returns>
    private async Task<string?> RenewAsync(CancellationToken cancellationToken)
    {
        // The configurations first. Whoever led before may have announced an authority since; that is in the Secret before
        // it is in a configuration, so that with this order no patch that still holds can take it out again.
        var read = new List<(ObjectReference Target, JsonObject Json)>();
        if (await ReadConfigurationsAsync(read, cancellationToken) is { } unread)
        {
            return unread;
        }

        var reply = await cluster.GetAsync(secret, cancellationToken);
        var present = (reply as ClusterReply.Done)?.Object;
        if (present is null && reply is not ClusterReply.Refused { Status.IsNotFound: true })
        {
            return $"{secret} cannot be read: {reply.Problem}";
        }

        var before = present is null ? ManagedCertificates.Empty : ManagedCertificates.Read(present);
        var after = before;
        if (before.Authorities.IsEmpty && Volatile.Read(ref known) is { } remembered)
        {
            // Taken away, as one does to have new keys. What is served must be trusted until they are.
            LogLost(secret);
            after = remembered.WithoutSigning();
        }

        after = Planned(after, read);
        if (!ReferenceEquals(after, before))
        {
            var written = await WriteAsync(present, after, cancellationToken);
            if (written is not ClusterReply.Done)
            {
                return $"{secret} cannot be written: {written.Problem}";
            }
        }

        string? problem = null;
        foreach (var (target, json) in read)
        {
            var its = await AssertAsync(target, new(json), after, cancellationToken);
            problem ??= its;
        }

        return problem;
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

    private ManagedCertificates Planned(ManagedCertificates certificates, List<(ObjectReference Target, JsonObject Json)> read)
    {
        var now = clock.GetUtcNow();
        for (var count = 0; count < MostSteps; count++)
        {
            var isInForce = read.All(configuration => new WebhookConfiguration(configuration.Json).Trusts(certificates.Authorities));
            var step = CertificatePlan.Next(certificates.Situation(names, isInForce), now, lifetimes);
            if (step is CertificateStep.Rest)
            {
                return certificates;
            }

            LogStep(step);
            certificates = certificates.After(step, names, now, lifetimes);
        }

        throw new InvalidOperationException($"the plan for {secret} does not come to rest");
    }

    /// <summary>Those that exist.</summary>
    private async Task<string?> ReadConfigurationsAsync(List<(ObjectReference Target, JsonObject Json)> read, CancellationToken cancellationToken)
    {
        foreach (var target in configurations)
        {
            switch (await cluster.GetAsync(target, cancellationToken))
            {
                case ClusterReply.Done done:
                    read.Add((target, done.Object));
                    break;
                case ClusterReply.Refused { Status.IsNotFound: true }:
                    asserted.Remove(target);
                    break;
                case var reply:
                    return $"{target} cannot be read: {reply.Problem}";
            }
        }

        return null;
    }

    /// <summary>Only over what was read: of two who lead at once, one writes.</summary>
    private async Task<ClusterReply> WriteAsync(JsonObject? present, ManagedCertificates certificates, CancellationToken cancellationToken)
    {
        var body = (JsonObject?)present?.DeepClone() ?? new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = "kubernetes.io/tls",
            ["metadata"] = new JsonObject { ["name"] = options.Secret, ["namespace"] = options.Namespace },
        };
        certificates.WriteTo(body);
        var write = new WriteOptions { FieldManager = Manager };
        return present is null
            ? await cluster.CreateAsync(ResourceTypes.Secrets, options.Namespace, body, write, cancellationToken)
            : await cluster.ReplaceAsync(secret, body, write, cancellationToken);
    }

    private async Task<string?> AssertAsync(ObjectReference target, WebhookConfiguration configuration, ManagedCertificates certificates, CancellationToken cancellationToken)
    {
        // Nobody is to be called before somebody answers: with a leaf of this bundle, and everything else that readiness asks.
        var mayArm = isReady() && IsServed(certificates);
        var patch = configuration.PatchTo(certificates.Bundle, rules, mayArm, out var intent, out var changed);
        if (patch is not null)
        {
            var reply = await cluster.PatchAsync(target, PatchType.Json, patch, new WriteOptions { FieldManager = Manager }, cancellationToken);
            if (reply is not ClusterReply.Done)
            {
                return $"{target} cannot be patched: {reply.Problem}";
            }

            var entries = string.Join(", ", changed);
            if (asserted.TryGetValue(target, out var last) && last == intent)
            {
                state.Repaired();
                LogRepaired(target, entries);
            }
            else
            {
                LogAsserted(target, entries);
            }
        }

        asserted[target] = intent;
        return patch is null ? await ForgetBreakglassAsync(target, configuration, cancellationToken) : null;
    }

    /// <summary>Its rules are back by now; who had taken them out is in the Events, and in the log from here on.</summary>
    private async Task<string?> ForgetBreakglassAsync(ObjectReference target, WebhookConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration.PatchAfter(clock.GetUtcNow()) is not { } patch)
        {
            return null;
        }

        var reply = await cluster.PatchAsync(target, PatchType.Json, patch, new WriteOptions { FieldManager = Manager }, cancellationToken);
        if (reply is not ClusterReply.Done)
        {
            return $"{target} cannot be patched: {reply.Problem}";
        }

        LogRearmed(target);
        return null;
    }

    private bool IsServed(ManagedCertificates certificates) =>
        certificates.Leaf is { } leaf && serving.Current is { } current && leaf.RawDataMemory.Span.SequenceEqual(current.Leaf.RawDataMemory.Span);

    private void Report()
    {
        if ((followingProblem ?? leadingProblem) is { } problem)
        {
            state.Failed(problem);
        }
        else
        {
            state.Succeeded();
        }
    }

    private void Tell(string? problem, string? before)
    {
        if (problem is null || problem == before)
        {
            return;
        }

        if (problem == unmade && !state.Now.IsLoaded)
        {
            // So every installation begins: nothing is wrong.
            LogWaiting(problem);
        }
        else
        {
            LogProblem(problem);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Identity} looks after the certificates")]
    private partial void LogLeading(string identity);

    [LoggerMessage(LogLevel.Information, "Loaded the certificate of {Secret}, generation {Generation}, valid until {NotAfter:u}, SHA-256 {Fingerprint}")]
    private partial void LogLoaded(ObjectReference secret, long generation, DateTimeOffset notAfter, string fingerprint);

    [LoggerMessage(LogLevel.Information, "Certificates: {Step}")]
    private partial void LogStep(CertificateStep step);

    [LoggerMessage(LogLevel.Warning, "{Secret} is gone or empty: a new authority is made, and those before stay trusted until they expire")]
    private partial void LogLost(ObjectReference secret);

    [LoggerMessage(LogLevel.Information, "Set caBundle and rules of {Configuration}: {Entries}")]
    private partial void LogAsserted(ObjectReference configuration, string entries);

    [LoggerMessage(LogLevel.Warning, "Somebody changed caBundle or rules of {Configuration}; set back: {Entries}")]
    private partial void LogRepaired(ObjectReference configuration, string entries);

    [LoggerMessage(LogLevel.Warning, "Admission was set aside in {Configuration}; that is over, and its rules are back")]
    private partial void LogRearmed(ObjectReference configuration);

    [LoggerMessage(LogLevel.Information, "Certificates: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Error, "Certificates: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Error, "Looking after certificates failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
