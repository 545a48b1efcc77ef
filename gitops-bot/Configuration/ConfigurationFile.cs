using System.Globalization;
using System.Net;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>Reads <c>selfheal.yaml</c>, version 1. With one mistake in it, nothing of it is used.</summary>
internal static class ConfigurationFile
{
    public const string FileName = "selfheal.yaml";

    public static readonly string[] Keys =
    [
        "version", "author", "signOff", "state", "interval", "repositories", "forges", "clusters", "owners", "limits", "cooldown", "freeze",
        "automerge", "mergeAfter", "namespaces", "registries", "dockerConfig", "platforms", "model", "knownExploited", "issues", "store", "actions", "http",
    ];

    public static readonly string[] AuthorKeys = ["name", "email"];

    public static readonly string[] StoreKeys = ["postgres"];

    public static readonly string[] ActionKeys = ["run"];

    public static readonly string[] HttpKeys = ["listen"];

    /// <summary>From which severity on; null for never.</summary>
    public static readonly (string Word, Severity? Value)[] IssueWords =
        [("error", Severity.Error), ("warning", Severity.Warning), ("info", Severity.Info), ("never", null)];

    public const string ListenPattern = @"^([0-9]{1,3}(\.[0-9]{1,3}){3}|localhost|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$";

    private const int Version = 1;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <param name="path">Full.</param>
    /// <exception cref="UsageException">The file cannot be read, or has mistakes: the message names all of them.</exception>
    public static BotConfiguration Load(string path)
    {
        var name = PolicySearch.NameOf(path);
        switch (Read(new SourceText(name, Bytes(path, name)), Path.GetDirectoryName(path)!, looksAtFiles: true))
        {
            case ConfigurationReading.Accepted(var configuration):
                return configuration;
            case ConfigurationReading.Refused(var problems):
                var lines = problems.Select(problem => Printable.Of(problem.ToString())).Prepend(
                    $"the configuration has {problems.Count} mistake{(problems.Count == 1 ? "" : "s")}, and is not used:");
                throw new UsageException(string.Join('\n', lines));
            default:
                throw new InvalidOperationException("a configuration is read or refused");
        }
    }

    /// <param name="folder">That relative paths in it start from: its own. Full.</param>
    /// <param name="looksAtFiles">Whether mistakes in files that it names are mistakes of it, or only its own.</param>
    public static ConfigurationReading Read(SourceText source, string folder, bool looksAtFiles = false)
    {
        var problems = new PolicyProblems();
        var root = problems.Read(source);
        var configuration = root is not { } written ? null
            : !written.IsWritten ? BotConfiguration.Standard(Path.Combine(folder, BotConfiguration.StandardState))
            : Read(written, new ConfigurationFields(problems, folder), folder);
        if (looksAtFiles && configuration?.KnownExploitedFile is { } exploited)
        {
            BotConfiguration.ReadExploited(exploited, problems, message => problems.Add(root!.Value[BotConfiguration.ExploitedKey], message));
        }

        return problems.All.Count == 0 && configuration is not null
            ? new ConfigurationReading.Accepted(configuration)
            : new ConfigurationReading.Refused(problems.InOrder);
    }

    private static BotConfiguration Read(Field root, ConfigurationFields fields, string folder)
    {
        fields.IsMap(root, Keys);
        var version = root["version"];
        if (version.Exists && version.Integer != Version)
        {
            fields.Report(version, $"{Seen.Of(version)} is no version of this language; must be {Version}");
        }

        var written = ForgeSection.Read(root["forges"], fields);
        var forges = new Dictionary<string, ForgeSettings>(BotConfiguration.OnlyLocal, StringComparer.Ordinal);
        foreach (var (name, forge) in written)
        {
            forges[name] = forge;
        }

        var clusters = ClusterSection.Read(root["clusters"], fields);
        return new()
        {
            Author = ReadAuthor(root["author"], fields),
            SignsOff = fields.Switch(root["signOff"]) ?? true,
            State = fields.PathOf(root["state"]) ?? Path.Combine(folder, BotConfiguration.StandardState),
            Interval = fields.Duration(root["interval"], ShortestInterval, LongestInterval) ?? TimeSpan.FromMinutes(5),
            Repositories = new RepositorySection(fields, forges, written.Keys, clusters).Read(root["repositories"]),
            Forges = forges,
            Clusters = clusters,
            Owners = OwnerSection.Read(root["owners"], fields),
            Budget = BudgetSection.Read(root["limits"], root["cooldown"], FreezeSection.Read(root["freeze"], fields), fields),
            Automerge = BudgetSection.ReadAutomerge(root["automerge"], fields),
            MergeAfter = fields.Duration(root["mergeAfter"], TimeSpan.Zero, LongestInterval) ?? TimeSpan.FromMinutes(5),
            Namespaces = NamespaceSection.Read(root["namespaces"], fields),
            Registries = RegistrySection.Read(root["registries"], root["dockerConfig"], root["platforms"], fields),
            Model = ModelSection.Read(root["model"], fields),
            KnownExploitedFile = fields.PathOf(root[BotConfiguration.ExploitedKey]),
            LeastIssue = ReadIssues(root["issues"], fields),
            Postgres = fields.IsGuardedMap(root["store"], "must be {postgres: {env: NAME}}, or left out for SQLite", StoreKeys)
                ? fields.SecretOf(root["store"]["postgres"]) : null,
            RunsActions = fields.IsMap(root["actions"], ActionKeys) && (fields.Switch(root["actions"]["run"]) ?? false),
            Listen = fields.IsMap(root["http"], HttpKeys) ? ReadListen(root["http"]["listen"], fields) : null,
        };
    }

    private static GitIdentity ReadAuthor(Field field, ConfigurationFields fields)
    {
        fields.IsMap(field, AuthorKeys);
        var (name, email) = (fields.Text(field["name"]), fields.Text(field["email"]));
        try
        {
            return new(name ?? BotConfiguration.StandardAuthor.Name, email ?? BotConfiguration.StandardAuthor.Email);
        }
        catch (UsageException exception)
        {
            fields.Report(field, exception.Message);
            return BotConfiguration.StandardAuthor;
        }
    }

    private static Severity? ReadIssues(Field field, ConfigurationFields fields)
    {
        var found = fields.Word(field, "severity", [.. IssueWords.Select((word, index) => (word.Word, index))]);
        return IssueWords[found ?? 0].Value;
    }

    private static IPEndPoint? ReadListen(Field field, ConfigurationFields fields)
    {
        const string Wanted = "must be an address and a port, such as 127.0.0.1:8090, or 0.0.0.0:8090 for every interface";
        if (fields.Text(field, ListenPattern, Wanted) is not { } text)
        {
            return null;
        }

        var colon = text.LastIndexOf(':');
        var host = text[..colon] == "localhost" ? "127.0.0.1" : text[..colon].Trim('[', ']');
        if (IPAddress.TryParse(host, out var address) && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            return new(address, port);
        }

        fields.Report(field, $"{Manifests.Excerpt.Of(text)} does not do; {Wanted}");
        return null;
    }

    private static ReadOnlyMemory<byte> Bytes(string path, string name)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return FileBytes.Read(stream).Bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the configuration {Printable.Of(name)} cannot be read: {Printable.Of(exception.Message)}");
        }
    }
}
