using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Local;
using SelfHealGitOps.Bot.Forge.Rest;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Llm;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot;

/// <summary>
/// Composition root of the bot: from a configuration to what works by it. Forges and clusters are opened when a repository
/// first wants them, and anew when their secret has changed.
/// </summary>
internal sealed class HealingBot : IAsyncDisposable
{
    /// <summary>Where the SDK's own vendor is asked.</summary>
    private static readonly Uri VendorEndpoint = new("https://api.openai.com/v1");

    private readonly HealingTools tools;
    private readonly DryState? dry;
    private readonly RegistryImages? registry;
    private readonly CachedImages? images;
    private readonly OpenAILlm? model;
    private readonly Dictionary<string, (string Secret, IForge Forge)> forges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubernetesApi> clusters = new(StringComparer.Ordinal);

    private HealingBot(BotConfiguration configuration, HealingTools tools, DryState? dry)
    {
        Configuration = configuration;
        this.tools = tools;
        this.dry = dry;
        if (configuration.Model is { Mode: not ModelMode.Rules, Model: { } name } asked)
        {
            model = new(
                new LlmSettings
                {
                    Endpoint = asked.Endpoint ?? VendorEndpoint,
                    Model = name,
                    Dialect = asked.Mode == ModelMode.Vllm ? LlmDialect.Vllm : LlmDialect.Vendor,
                    Timeout = asked.Timeout,
                    MostTokens = asked.MaxTokens,
                },
                async stop => asked.Key is { } key ? await key.RequireAsync(stop) : null,
                tools.Clock);
        }

        if (configuration.Registries.Hosts.Count > 0)
        {
            registry = new(configuration.Registries, tools.Clock);
            images = new(registry, configuration.Registries.Limits.CacheLife, tools.Clock);
        }
    }

    public BotConfiguration Configuration { get; }

    public TimeProvider Clock => tools.Clock;

    /// <param name="isDryRun">Whether it only looks: then it works in a folder of its own that goes with it, and leaves state and repositories as they are.</param>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    /// <exception cref="IOException">A secret is missing.</exception>
    public static async Task<HealingBot> OpenAsync(BotConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken, bool isDryRun = false)
    {
        var dry = isDryRun ? new DryState(configuration.State) : null;
        try
        {
            var state = dry?.Folder ?? configuration.State;
            StateFolder.Create(state);
            StateLocation location = configuration.Postgres is { } postgres
                ? new StateLocation.Postgres(await postgres.RequireAsync(cancellationToken))
                : new StateLocation.Folder(state);
            var (store, audit) = dry is not null && location is StateLocation.Folder
                ? await dry.OpenAsync(clock, cancellationToken)
                : await location.OpenAsync(clock, cancellationToken);
            var holder = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
            return new(configuration, new(new CloneCache(state, clock), store, new AuditRelay(store, audit), holder, clock), dry);
        }
        catch
        {
            dry?.Dispose();
            throw;
        }
    }

    /// <summary>One pass over one repository. Whatever goes wrong with it is in the report, and stops no other.</summary>
    public Task<PassReport> PassAsync(RepositorySettings repository, CancellationToken cancellationToken) =>
        GuardAsync(repository, settings => new Healing(tools, settings).RunAsync(isDryRun: dry is not null, cancellationToken), cancellationToken);

    /// <summary>Opens the issue of one action.</summary>
    public Task<PassReport> ProposeAsync(RepositorySettings repository, Proposal.Act act, CancellationToken cancellationToken) =>
        GuardAsync(repository, settings => new ActionPass(tools, settings).RunAsync(act, cancellationToken), cancellationToken);

    private async Task<PassReport> GuardAsync(RepositorySettings repository, Func<HealingSettings, Task<PassReport>> work, CancellationToken cancellationToken)
    {
        try
        {
            var settings = await SettingsOfAsync(repository, cancellationToken);
            var report = await work(settings);
            return settings.Forge is LocalForge && (dry is null || Directory.Exists(settings.Forge.Name))
                ? report with { Look = $"pull requests and issues are files in {settings.Forge.Name}, their branches in {RemoteOf(repository)}" }
                : report;
        }
        catch (Exception exception) when (exception is GitException or ForgeException or UsageException or StoreException or LeaseLostException or IOException or UnauthorizedAccessException)
        {
            return new(repository.Url.Text) { Failure = exception.Message };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(repository.Url.Text) { Failure = InternalError.Describe(exception) };
        }
    }

    /// <summary>Whether a delivery of a forge was never seen before.</summary>
    public Task<bool> SeeDeliveryAsync(string id, CancellationToken cancellationToken) => tools.Store.SeeWebhookAsync(id, tools.Clock.GetUtcNow(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, forge) in forges.Values)
        {
            (forge as IDisposable)?.Dispose();
        }

        foreach (var cluster in clusters.Values)
        {
            cluster.Dispose();
        }

        registry?.Dispose();
        model?.Dispose();
        await tools.Store.DisposeAsync();
        dry?.Dispose();
    }

    /// <summary>Where branches go: a folder that is no repository is taken into one.</summary>
    private string RemoteOf(RepositorySettings repository) =>
        Configuration.ForgeOf(repository).Kind == ForgeKind.Local && repository.Url.Protocol == "file" && !LocalPlaces.IsRepository(repository.Url.Text)
            ? LocalPlaces.RepositoryOf(Configuration.State, repository.Url.Text)
            : repository.Url.Text;

    private async Task<HealingSettings> SettingsOfAsync(RepositorySettings repository, CancellationToken cancellationToken)
    {
        var forge = Configuration.ForgeOf(repository);
        var remote = repository.Url;
        if (forge.Kind == ForgeKind.Local && remote.Protocol == "file" && !LocalPlaces.IsRepository(remote.Text))
        {
            var imported = RemoteOf(repository);
            imported = dry?.CopyOf(imported) ?? imported;
            new FolderImport(remote.Text, imported, tools.Clock).Run();
            remote = RemoteUrl.Parse(imported);
        }

        return new()
        {
            Repository = repository.Url.Identity,
            Address = repository.Url.Text,
            Remote = remote,
            Credential = await CredentialOfAsync(repository, forge, cancellationToken),
            Forge = await ForgeOfAsync(repository, forge, remote, cancellationToken),
            Author = Configuration.Author,
            SignsOff = Configuration.SignsOff,
            Scan = new(repository.Base, repository.Policy, repository.Profile, repository.Paths, repository.Exclude)
            {
                CodeOwners = CodeOwnersPlace.Of(forge.Kind),
                Name = repository.Url.Text,
            },
            Cluster = ClusterOf(repository),
            Owners = Configuration.Owners,
            Namespaces = Configuration.Namespaces,
            Budget = Configuration.Budget,
            KnownExploited = Configuration.ReadKnownExploited(),
            Merges = Configuration.Automerge,
            MergeAfter = Configuration.MergeAfter,
            IssuesFrom = Configuration.LeastIssue,
            RunsActions = Configuration.RunsActions,
            Images = images,
            Model = model,
            ModelMode = Configuration.Model.Mode,
        };
    }

    private async Task<IForge> ForgeOfAsync(RepositorySettings repository, ForgeSettings forge, RemoteUrl remote, CancellationToken cancellationToken)
    {
        var secret = forge.Credentials switch
        {
            ForgeCredentials.Token(var source) => await source.RequireAsync(cancellationToken),
            ForgeCredentials.App app => await app.Key.RequireAsync(cancellationToken),
            _ => "",
        };
        if (forges.TryGetValue(repository.Name, out var known) && known.Secret == secret)
        {
            return known.Forge;
        }

        (known.Forge as IDisposable)?.Dispose();
        var opened = Open(repository, forge, remote, secret);
        forges[repository.Name] = (secret, opened);
        return opened;
    }

    private IForge Open(RepositorySettings repository, ForgeSettings forge, RemoteUrl remote, string secret)
    {
        if (forge.Kind == ForgeKind.Local)
        {
            return new LocalForge(remote.Text, forge.Folder ?? LocalPlaces.PagesOf(Configuration.State, repository.Url.Text), tools.Clock);
        }

        var (owner, name) = ForgePath.Of(forge.Repository, repository.Url);
        if (forge.Kind == ForgeKind.Gitea)
        {
            return new GiteaForge(forge.ApiUrl ?? forge.Url ?? throw new UsageException($"{repository.Name}: its forge has no url"), owner, name, secret, tools.Clock);
        }

        var api = forge.ApiUrl ?? (forge.Url is { } url ? GitHubForge.ApiOf(url) : GitHubForge.PublicApi);
        return forge.Credentials is ForgeCredentials.App app
            ? GitHubForge.WithApp(api, owner, name, new GitHubApp(api, app.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), app.Installation, secret, tools.Clock, ForgeLimits.Default), tools.Clock)
            : GitHubForge.WithToken(api, owner, name, secret, tools.Clock);
    }

    private async Task<GitCredential> CredentialOfAsync(RepositorySettings repository, ForgeSettings forge, CancellationToken cancellationToken)
    {
        switch (Configuration.GitOf(repository))
        {
            case GitAccess.Ssh ssh:
                return new GitCredential.SshKey(ssh.Key, ssh.KnownHosts);
            case GitAccess.Token token:
                return new GitCredential.Token(token.Source.RequireAsync, token.User);
            default:
                break;
        }

        if (!repository.Url.IsHttp)
        {
            return new GitCredential.None();
        }

        switch (forge.Credentials)
        {
            case ForgeCredentials.Token(var source):
                return new GitCredential.Token(source.RequireAsync);
            case ForgeCredentials.App app:
                var api = forge.ApiUrl ?? (forge.Url is { } url ? GitHubForge.ApiOf(url) : GitHubForge.PublicApi);
                var key = await app.Key.RequireAsync(cancellationToken);
                return new GitCredential.Token(async stop =>
                {
                    using var signed = new GitHubApp(api, app.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), app.Installation, key, tools.Clock, ForgeLimits.Default);
                    return await signed.TokenAsync(stop);
                });
            default:
                return new GitCredential.None();
        }
    }

    private ClusterTarget? ClusterOf(RepositorySettings repository)
    {
        if (repository.Cluster is not { } name || Configuration.ClusterOf(repository) is not { } settings)
        {
            return null;
        }

        if (!clusters.TryGetValue(name, out var api))
        {
            var reading = settings.IsInCluster ? InCluster.Load()
                : settings.Kubeconfig is { } file ? Kubeconfig.Load([file], settings.Context)
                : Kubeconfig.Load(settings.Context);
            api = reading switch
            {
                KubeconfigReading.Accepted(var access, _) => new(access, tools.Clock),
                KubeconfigReading.Refused(var problems) => throw new UsageException($"cluster {name}: {string.Join("; ", problems)}"),
                _ => throw new InvalidOperationException("a kubeconfig is accepted or refused"),
            };
            clusters[name] = api;
        }

        return new(name, api, repository.Namespace ?? "default");
    }
}
