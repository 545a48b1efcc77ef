using System.Globalization;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What a configuration makes of things, defaults included, for people: a name and a value a line. Of secrets, where they are and whether they are there.</summary>
internal static class ConfigurationReport
{
    public static IEnumerable<(string Name, string Value)> Of(BotConfiguration configuration)
    {
        yield return ("author", $"{configuration.Author}{(configuration.SignsOff ? ", signs off" : "")}");
        yield return ("state", configuration.State);
        yield return ("store", configuration.Postgres is { } postgres ? $"PostgreSQL, {Of(postgres)}" : "SQLite in the state folder");
        yield return ("interval", DurationText.Of(configuration.Interval));
        yield return ("webhooks", configuration.Listen is { } listen ? $"at {listen}" : "off; forges are polled");
        foreach (var repository in configuration.Repositories)
        {
            yield return ("repository", Of(repository, configuration));
        }

        // The forge that is always there is shown where it is used.
        foreach (var (name, forge) in configuration.Forges.Where(entry =>
            entry.Key != BotConfiguration.LocalForge || configuration.Repositories.Any(repository => repository.Forge == entry.Key)))
        {
            yield return ("forge", $"{name}: {string.Join(", ", Parts(forge))}");
        }

        foreach (var (name, cluster) in configuration.Clusters)
        {
            yield return ("cluster", $"{name}: {(cluster.IsInCluster ? "the bot's own" : $"{cluster.Kubeconfig ?? "standard kubeconfig"}, {(cluster.Context is { } context ? $"context {context}" : "current context")}")}, "
                + $"Argo CD in {cluster.Argo.Namespace} by {cluster.Argo.InstanceLabel}");
        }

        foreach (var owner in configuration.Owners)
        {
            yield return ("owners", $"{owner.Files}: {(owner.Owners.Count > 0 ? string.Join(", ", owner.Owners) : "nobody")}");
        }

        foreach (var (tier, limits) in configuration.Budget.Limits.OrderBy(entry => entry.Key))
        {
            yield return ("limit", string.Create(CultureInfo.InvariantCulture,
                $"{Tiers.Word(tier)}: {limits.Open} open, {limits.PerDay} a day{(configuration.Automerge.Contains(tier) ? ", merged by the bot" : "")}"));
        }

        yield return ("cooldown", DurationText.Of(configuration.Budget.Cooldown));
        foreach (var window in configuration.Budget.Freezes)
        {
            yield return ("freeze", Of(window));
        }

        foreach (var (word, @class) in NamespaceSection.Classes)
        {
            yield return ("namespaces", $"{word}: {string.Join(", ", configuration.Namespaces.Signs.Where(sign => sign.Class == @class).Select(sign => sign.Label is { } label ? $"{label}={sign.Pattern}" : sign.Pattern))}");
        }

        foreach (var (host, registry) in configuration.Registries.Hosts)
        {
            yield return ("registry", $"{host}: {registry.Endpoint}{(registry.IsInsecure ? ", plain http" : "")}{(registry.Mirrors.Count > 0 ? $", after {string.Join(", ", registry.Mirrors)}" : "")}");
        }

        if (configuration.Registries.DockerConfig is { } docker)
        {
            yield return ("docker", $"{docker} ({(File.Exists(docker) ? "there" : "not there")})");
        }

        var model = configuration.Model;
        yield return ("model", model.Mode == ModelMode.Rules ? "none" : string.Create(CultureInfo.InvariantCulture,
            $"{model.Model} at {model.Endpoint?.ToString() ?? "the vendor"}, {(model.Key is { } key ? $"key {Of(key)}" : "no key")}, {DurationText.Of(model.Timeout)}, {model.MaxTokens} tokens"));
        if (configuration.KnownExploitedFile is { } exploited)
        {
            yield return ("exploited", $"{exploited} ({(File.Exists(exploited) ? "there" : "not there")})");
        }

        yield return ("issues", ConfigurationFile.IssueWords.First(word => word.Value == configuration.LeastIssue).Word);
        yield return ("actions", configuration.RunsActions ? "run once approved" : "described, never run");
    }

    private static string Of(RepositorySettings repository, BotConfiguration configuration)
    {
        var parts = new List<string>
        {
            repository.Url.Text,
            repository.Base is { } branch ? $"base {branch}" : "default branch",
            $"forge {repository.Forge}",
            repository.Cluster is { } cluster ? $"cluster {cluster}" : "no cluster",
        };
        if (configuration.GitOf(repository) is { } git)
        {
            parts.Add(Of(git));
        }

        return $"{repository.Name}: {string.Join(", ", parts)}";
    }

    private static IEnumerable<string> Parts(ForgeSettings forge)
    {
        yield return ForgeSection.Kinds.First(kind => kind.Value == forge.Kind).Word;
        foreach (var place in new[] { forge.Url?.ToString(), forge.ApiUrl?.ToString(), forge.Repository, forge.Folder }.OfType<string>())
        {
            yield return place;
        }

        switch (forge.Credentials)
        {
            case ForgeCredentials.Token(var source):
                yield return $"token {Of(source)}";
                break;
            case ForgeCredentials.App app:
                yield return string.Create(CultureInfo.InvariantCulture, $"app {app.Id}, key {Of(app.Key)}");
                break;
        }

        if (forge.WebhookSecret is { } secret)
        {
            yield return $"webhooks {Of(secret)}";
        }
    }

    private static string Of(GitAccess git) => git switch
    {
        GitAccess.Token token => $"git token {Of(token.Source)}",
        GitAccess.Ssh ssh => $"git key {ssh.Key} ({(File.Exists(ssh.Key) ? "there" : "not there")})",
        _ => "",
    };

    private static string Of(SecretSource source) => source switch
    {
        SecretSource.Variable variable => $"from {variable} ({(variable.IsThere ? "set" : "not set")})",
        _ => $"from {source} ({(source.IsThere ? "there" : "not there")})",
    };

    private static string Of(FreezeWindow window) => window switch
    {
        FreezeWindow.Weekly weekly => string.Create(CultureInfo.InvariantCulture,
            $"{weekly.Name}: {string.Join(", ", FreezeSection.Days.Where(day => weekly.Days.Contains(day.Value)).Select(day => day.Word))} {weekly.Start:HH:mm} to {weekly.End:HH:mm} {weekly.Zone.Id}"),
        FreezeWindow.Once once => string.Create(CultureInfo.InvariantCulture, $"{once.Name}: {once.Start:yyyy-MM-dd HH:mm} to {once.End:yyyy-MM-dd HH:mm} {once.Zone.Id}"),
        _ => window.Name,
    };
}
