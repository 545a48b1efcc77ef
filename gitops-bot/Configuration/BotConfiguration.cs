using System.Net;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>
/// What the bot goes by: what <c>selfheal.yaml</c> says, with what holds where it says nothing. How objects are judged is
/// no part of it; each repository says that itself. It holds no secret, only where secrets are.
/// </summary>
internal sealed record BotConfiguration
{
    /// <summary>The forge that is there without being configured: folders, in place of a server.</summary>
    public const string LocalForge = "local";

    /// <summary>The forge that a command names in place of a configuration.</summary>
    private const string AskedForge = "asked";

    public const string ExploitedKey = "knownExploited";

    private const int MostExploitedBytes = 1024 * 1024;

    public const string StandardState = ".selfheal";

    public static GitIdentity StandardAuthor { get; } = new("selfheal", "selfheal@localhost.invalid");

    /// <summary>Under whose name the bot commits.</summary>
    public GitIdentity Author { get; init; } = StandardAuthor;

    public bool SignsOff { get; init; } = true;

    /// <summary>A folder for what must last: clones, the store, local forges. A full path.</summary>
    public required string State { get; init; }

    /// <summary>Between two passes of the daemon.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Each has a name of its own.</summary>
    public IReadOnlyList<RepositorySettings> Repositories { get; init; } = [];

    /// <summary>By name; every one that a repository names is there.</summary>
    public IReadOnlyDictionary<string, ForgeSettings> Forges { get; init; } = new Dictionary<string, ForgeSettings>();

    /// <summary>By name; every one that a repository names is there.</summary>
    public IReadOnlyDictionary<string, ClusterSettings> Clusters { get; init; } = new Dictionary<string, ClusterSettings>();

    /// <summary>Whom to ask where a repository has no CODEOWNERS. As there, the last entry that matches holds.</summary>
    public IReadOnlyList<OwnerRule> Owners { get; init; } = [];

    public BudgetSettings Budget { get; init; } = new();

    public NamespaceClasses Namespaces { get; init; } = NamespaceClasses.Default;

    /// <summary>Tiers that the bot may merge by itself once their conditions hold; never <see cref="Tier.Blocked"/>.</summary>
    public IReadOnlySet<Tier> Automerge { get; init; } = new HashSet<Tier>();

    /// <summary>How old a commit has to be before it is merged: checks that have not begun cannot be told from checks that there are not.</summary>
    public TimeSpan MergeAfter { get; init; } = TimeSpan.FromMinutes(5);

    public RegistrySettings Registries { get; init; } = RegistrySettings.None;

    public ModelSettings Model { get; init; } = new();

    /// <summary>The file of rules that bear on known exploited vulnerabilities, as a full path; null for none.</summary>
    public string? KnownExploitedFile { get; init; }

    /// <summary>Findings that nothing can fix become issues from this severity on; null for never.</summary>
    public Severity? LeastIssue { get; init; } = Severity.Error;

    /// <summary>The connection string of PostgreSQL; null for SQLite in <see cref="State"/>.</summary>
    public SecretSource? Postgres { get; init; }

    /// <summary>Whether approved actions may be run in the cluster, and not only be described.</summary>
    public bool RunsActions { get; init; }

    /// <summary>Where webhooks of forges are listened for; null for nowhere: then forges are polled.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>What holds where there is no file.</summary>
    /// <param name="state">Full path.</param>
    public static BotConfiguration Standard(string state) => new() { State = state, Forges = OnlyLocal };

    /// <summary>What holds for one repository on this machine and nothing configured: pull requests go to a folder.</summary>
    /// <param name="path">Of the repository; full.</param>
    /// <param name="state">Full path.</param>
    public static BotConfiguration ForFolder(string path, string state) => Standard(state) with
    {
        Repositories = [new(RepositorySettings.NameOf(path), RemoteUrl.Parse(path), LocalForge)],
    };

    /// <summary>What holds for one repository of a forge and nothing configured: the token is in the variable that is usual there.</summary>
    /// <param name="url">Over https, or http to this machine.</param>
    /// <param name="forge">Not a local one.</param>
    /// <param name="state">Full path.</param>
    public static BotConfiguration ForUrl(RemoteUrl url, ForgeKind forge, string state) => new()
    {
        State = state,
        Repositories = [new(RepositorySettings.NameOf(url.Text), url, AskedForge)],
        Forges = new Dictionary<string, ForgeSettings>(StringComparer.Ordinal)
        {
            [AskedForge] = new(forge)
            {
                Url = new(url.Uri!.GetLeftPart(UriPartial.Authority)),
                Credentials = new ForgeCredentials.Token(new SecretSource.Variable(forge == ForgeKind.GitHub ? "GITHUB_TOKEN" : "GITEA_TOKEN")),
            },
        },
    };

    public ForgeSettings ForgeOf(RepositorySettings repository) => Forges[repository.Forge];

    /// <summary>Null for a repository whose cluster is not known: what needs one is not run.</summary>
    public ClusterSettings? ClusterOf(RepositorySettings repository) => repository.Cluster is { } name ? Clusters[name] : null;

    /// <summary>What the repository says, else what its forge says; null for neither: over https the forge's credentials serve.</summary>
    public GitAccess? GitOf(RepositorySettings repository) => repository.Git ?? ForgeOf(repository).Git;

    /// <summary>Read anew each time.</summary>
    /// <exception cref="UsageException">The file cannot be read, or has mistakes.</exception>
    public KnownExploited ReadKnownExploited()
    {
        if (KnownExploitedFile is not { } file)
        {
            return KnownExploited.None;
        }

        var problems = new PolicyProblems();
        var read = ReadExploited(file, problems, message => throw new UsageException($"{ExploitedKey}: {message}"));
        return problems.All.Count == 0 ? read : throw new UsageException(string.Join('\n', problems.All.Select(problem => Printable.Of(problem.ToString()))));
    }

    /// <param name="unread">Is told why the file cannot be read.</param>
    internal static KnownExploited ReadExploited(string file, PolicyProblems problems, Action<string> unread)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (stream.Length <= MostExploitedBytes)
            {
                return KnownExploited.Read(new SourceText(PolicySearch.NameOf(file), FileBytes.Read(stream).Bytes), ExploitedKey, problems);
            }

            unread($"{Printable.Of(file)} has {stream.Length} bytes; must have at most {MostExploitedBytes}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            unread($"cannot be read: {Printable.Of(exception.Message)}");
        }

        return KnownExploited.None;
    }

    internal static IReadOnlyDictionary<string, ForgeSettings> OnlyLocal { get; } =
        new Dictionary<string, ForgeSettings>(StringComparer.Ordinal) { [LocalForge] = new(ForgeKind.Local) };
}
