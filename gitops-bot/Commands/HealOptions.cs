using System.CommandLine;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>Which repositories a verb is about, and by which configuration.</summary>
internal static class HealOptions
{
    public static readonly Option<string?> Config = new("--config")
    {
        Description = $"The bot's configuration; else {ConfigurationFile.FileName} in the current folder. With --repo and without this, none.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> Repo = new("--repo")
    {
        Description = "One repository: a name or URL of the configuration; else a git repository or a folder on this machine, or with --forge a URL. A folder is taken into a repository of the bot's, and only read.",
        HelpName = "PATH|URL",
    };

    public static readonly Option<string?> Forge = new("--forge")
    {
        Description = "Where pull requests go: local, which are files in the state folder, or gitea or github, as the configuration has one; without a configuration, that of the URL, with the token in GITEA_TOKEN or GITHUB_TOKEN.",
        HelpName = "FORGE",
    };

    public static readonly Option<string?> State = new("--state")
    {
        Description = "Clones, store, audit log, and the pages of the local forge; else what the configuration says, or the user's state folder.",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Base = new("--base")
    {
        Description = "With --repo: the branch that fixes are for; else what the configuration says, or the one that the repository takes for its main one.",
        HelpName = "BRANCH",
    };

    static HealOptions() => Forge.AcceptOnlyFromAmong("local", "gitea", "github");

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Repo, Base, Forge, State, Config })
        {
            command.Add(option);
        }
    }

    /// <summary>The configuration, with only those repositories that are asked for.</summary>
    /// <exception cref="UsageException">There is none of that name, or the options make no sense together.</exception>
    public static BotConfiguration Load(ParseResult parsed)
    {
        if (parsed.GetValue(Base) is not { } text)
        {
            return LoadAll(parsed);
        }

        if (parsed.GetValue(Repo) is null)
        {
            throw new UsageException("--base wants a --repo that it is a branch of");
        }

        var configuration = LoadAll(parsed);
        return BranchName.TryParse(text, out var name)
            ? configuration with { Repositories = [.. configuration.Repositories.Select(each => each with { Base = name })] }
            : throw new UsageException($"--base {Printable.Of(text)}: that cannot be the name of a branch");
    }

    private static BotConfiguration LoadAll(ParseResult parsed)
    {
        var (file, repo, forge, state) = (parsed.GetValue(Config), parsed.GetValue(Repo), parsed.GetValue(Forge), parsed.GetValue(State));
        var folder = state is null ? null : state.Length > 0 ? Path.GetFullPath(state) : throw new UsageException("--state wants the name of a folder");
        var path = file ?? (repo is null || forge is "gitea" or "github" ? ConfigurationFile.FileName : null);
        if (path is null)
        {
            return OfFolder(repo!, folder);
        }

        if (file is null && !File.Exists(path))
        {
            if (repo is not null && IsElsewhere(repo) && RemoteUrl.Parse(repo) is { IsHttp: true } url)
            {
                return BotConfiguration.ForUrl(url, forge == "github" ? ForgeKind.GitHub : ForgeKind.Gitea, folder ?? StateFolder.Default());
            }

            throw new UsageException(repo is null
                ? $"there is no {ConfigurationFile.FileName} in this folder; name a repository with --repo, or a configuration with --config"
                : $"--forge {forge} wants a configuration that says where it is; there is no {ConfigurationFile.FileName} in this folder, name one with --config");
        }

        var configuration = ConfigurationFile.Load(Path.GetFullPath(path));
        configuration = folder is null ? configuration : configuration with { State = folder };
        var wanted = configuration.Repositories
            .Where(each => repo is null || each.Name == repo || each.Url.Text == repo || each.Url.Text == RealPath.Of(repo))
            .Where(each => forge is null || Word(configuration.ForgeOf(each).Kind) == forge)
            .ToList();
        return wanted.Count > 0 ? configuration with { Repositories = wanted }
            : repo is not null && forge is null or "local" && Directory.Exists(RealPath.Of(repo!)) ? configuration with
            {
                Repositories = BotConfiguration.ForFolder(RealPath.Of(repo!), configuration.State).Repositories,
                Forges = new Dictionary<string, ForgeSettings>(configuration.Forges) { [BotConfiguration.LocalForge] = new(ForgeKind.Local) },
            }
            : throw new UsageException($"the configuration has no repository{(repo is null ? "" : $" '{Shown(repo)}'")}{(forge is null ? "" : $" at a forge of kind {forge}")}; it has {string.Join(", ", configuration.Repositories.Select(each => each.Name).DefaultIfEmpty("none"))}");
    }

    private static BotConfiguration OfFolder(string repo, string? state)
    {
        var path = RealPath.Of(repo.StartsWith("file://", StringComparison.Ordinal) ? RemoteUrl.Parse(repo).Text : repo);
        if (repo.Length == 0 || !Directory.Exists(path))
        {
            throw new UsageException(IsElsewhere(repo)
                ? $"--repo {Shown(repo)}: a repository elsewhere wants --forge gitea or github, or a configuration that says which forge it is of; see 'selfheal config --help'"
                : $"--repo {repo}: there is no such folder");
        }

        return BotConfiguration.ForFolder(path, state ?? StateFolder.Default());
    }

    /// <summary>A URL, or <c>git@host:path</c>.</summary>
    private static bool IsElsewhere(string repo) =>
        repo.Contains("://", StringComparison.Ordinal)
        || (repo.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && repo.IndexOf(':', at) is > 0 and var colon && !repo[..colon].Contains('/', StringComparison.Ordinal));

    /// <summary>Without what a URL may hold of a user, a password or a token: messages end up in the logs of CI.</summary>
    private static string Shown(string repo)
    {
        if (!IsElsewhere(repo))
        {
            return repo;
        }

        var start = repo.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var rest = repo[start..].Split('?', '#')[0];
        return repo[..start] + rest[(rest.LastIndexOf('@') + 1)..];
    }

    private static string Word(ForgeKind kind) => kind switch { ForgeKind.GitHub => "github", ForgeKind.Gitea => "gitea", _ => "local" };
}
