using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>repositories</c> says.</summary>
internal sealed class RepositorySection(
    ConfigurationFields fields, IReadOnlyDictionary<string, ForgeSettings> forges, IReadOnlyCollection<string> writtenForges, IReadOnlyDictionary<string, ClusterSettings> clusters)
{
    public static readonly string[] Keys =
        ["name", "url", "path", "base", "forge", "cluster", "namespace", "paths", "exclude", "policy", "profile", "git"];

    private const string RepositoryNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

    private readonly Dictionary<string, int> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Url, string? Base), int> places = [];
    private readonly Dictionary<string, int> overridden = new(StringComparer.Ordinal);

    public static JsonObject Schema() => SchemaShapes.List("The repositories that the bot looks after.", SchemaShapes.Filled(SchemaShapes.Map(
        "One repository: url or path, and what is known of it.",
        ("name", SchemaShapes.Text("As reports call it. Left out: the last part of url or path.", RepositoryNamePattern)),
        ("url", SchemaShapes.Text("https://, ssh:// or user@host:path, without credentials.", "^[^-]")),
        ("path", SchemaShapes.Text("A repository on this machine, in place of url.")),
        ("base", SchemaShapes.Text("The branch that fixes are for. Left out: the remote's default.", "^[^-]")),
        ("forge", SchemaShapes.Text("The name of one of forges. Left out: the only one there is.", ConfigurationFields.NamePattern)),
        ("cluster", SchemaShapes.Text("The name of one of clusters. Left out: no cluster is asked, which makes tiers rise.", ConfigurationFields.NamePattern)),
        ("namespace", SchemaShapes.Text("Of objects that name none. Left out: default.", ConfigurationFields.NamePattern)),
        ("paths", SchemaShapes.List("What is looked at: globs, from its root. Left out: everything.", Glob())),
        ("exclude", SchemaShapes.List("What is not, in addition to what its policy excludes.", Glob())),
        ("policy", SchemaShapes.Text("A policy file that holds in place of the repository's own.")),
        ("profile", SchemaShapes.Text("The profile to judge by, in place of the policy's.", ConfigurationFields.NamePattern)),
        ("git", SchemaShapes.Git("By what git's server knows the bot. Left out: as its forge says.")))));

    public IReadOnlyList<RepositorySettings> Read(Field field)
    {
        var repositories = new List<RepositorySettings>();
        foreach (var element in fields.MapsOf(field, Keys))
        {
            if (ReadOne(element) is { } repository)
            {
                repositories.Add(repository);
            }
        }

        return repositories;
    }

    private static JsonObject Glob() => SchemaShapes.Filled(SchemaShapes.Text("A glob.", @"^[^!\\\[][^\\\[]*$"));

    private RepositorySettings? ReadOne(Field field)
    {
        var url = ReadUrl(field);
        var forge = ReadForge(field);
        var repository = new RepositorySettings(
            fields.Text(field["name"], RepositoryNamePattern, "must be letters, digits, dots, dashes and underscores")
                ?? RepositorySettings.NameOf(url?.Text ?? ""),
            url ?? RemoteUrl.Parse("/"),
            forge ?? BotConfiguration.LocalForge)
        {
            Base = ReadBase(field["base"]),
            Cluster = ReadCluster(field["cluster"]),
            Namespace = fields.Text(field["namespace"], ConfigurationFields.NamePattern, "must be the name of a namespace"),
            Paths = fields.GlobsOf(field["paths"]),
            Exclude = fields.GlobsOf(field["exclude"]),
            Policy = fields.PathOf(field["policy"]),
            Profile = fields.Text(field["profile"], ConfigurationFields.NamePattern, "must be the name of a profile"),
            Git = GitSection.Read(field["git"], fields),
        };
        if (url is null)
        {
            return null;
        }

        CheckUnique(field, repository);
        if (forge is not null)
        {
            CheckForge(field, repository, forges[forge]);
        }

        return repository;
    }

    private RemoteUrl? ReadUrl(Field field)
    {
        var (url, path) = (field["url"], field["path"]);
        if (url.Exists == path.Exists)
        {
            fields.Report(field, $"{(url.Exists ? "has both url and path" : "has neither url nor path")}; must have one of them");
            return null;
        }

        if (url.Exists && !url.IsString)
        {
            fields.Report(url, "is no text; must be a URL");
            return null;
        }

        if ((url.Exists ? url.Text : fields.PathOf(path)) is not { } text)
        {
            return null;
        }

        try
        {
            return RemoteUrl.Parse(text);
        }
        catch (UsageException exception)
        {
            // It repeats nothing of the URL but its host.
            fields.Report(url.Exists ? url : path, exception.Message);
            return null;
        }
    }

    private string? ReadForge(Field field)
    {
        var named = field["forge"];
        if (!named.Exists)
        {
            if (writtenForges.Count > 1)
            {
                fields.Report(field, $"names no forge, and there are several; must have forge: {string.Join(", ", writtenForges)}");
                return null;
            }

            return writtenForges.SingleOrDefault() ?? BotConfiguration.LocalForge;
        }

        if (fields.Text(named) is not { } name)
        {
            return null;
        }

        if (forges.ContainsKey(name))
        {
            return name;
        }

        fields.Report(named, PolicyFields.Unknown("forge", name, forges.Keys));
        return null;
    }

    private string? ReadCluster(Field field)
    {
        if (fields.Text(field) is not { } name)
        {
            return null;
        }

        if (clusters.ContainsKey(name))
        {
            return name;
        }

        fields.Report(field, clusters.Count > 0
            ? PolicyFields.Unknown("cluster", name, clusters.Keys)
            : $"there is no cluster {Excerpt.Of(name)}; name it under clusters");
        return null;
    }

    private BranchName? ReadBase(Field field)
    {
        if (fields.Text(field) is not { } text)
        {
            return null;
        }

        if (BranchName.TryParse(text, out var name))
        {
            return name;
        }

        fields.Report(field, $"{Excerpt.Of(text)} cannot be the name of a branch; must be one, such as main");
        return null;
    }

    private void CheckUnique(Field field, RepositorySettings repository)
    {
        var line = Line(field);
        if (!places.TryAdd((repository.Url.Identity, repository.Base?.Text), line))
        {
            fields.Report(field, $"is the same repository and base as the one in line {places[(repository.Url.Identity, repository.Base?.Text)]}; must be there once");
        }
        else if (!names.TryAdd(repository.Name, line))
        {
            fields.Report(field, $"is called {Excerpt.Of(repository.Name)}, as the one in line {names[repository.Name]} is; must have a name of its own");
        }
    }

    private void CheckForge(Field field, RepositorySettings repository, ForgeSettings forge)
    {
        if (forge.Repository is { } name && !overridden.TryAdd(repository.Forge, Line(field)))
        {
            fields.Report(field, $"is in forge {repository.Forge}, whose repository is {name}, as the one in line {overridden[repository.Forge]} is; must be in a forge without that key");
        }

        if (forge.Kind != ForgeKind.Local && forge.Repository is null && repository.Url.Protocol == "file")
        {
            fields.Report(field, $"is a folder, which does not say what forge {repository.Forge} calls it; must have a url, or the forge a repository");
        }

        var (place, access) = field["git"].Exists ? (field["git"], repository.Git) : (field, forge.Git);
        if (repository.Url.Protocol == "ssh" && access is not GitAccess.Ssh && (access is not null || !field["git"].Exists))
        {
            fields.Report(place, "its URL is for ssh; must have git: {ssh: {key: PATH, knownHosts: PATH}}, here or at its forge");
        }
        else if (repository.Url.IsHttp && access is GitAccess.Ssh)
        {
            fields.Report(place, "its URL is for https, and git says ssh; must have a token, or a URL for ssh");
        }
    }

    private static int Line(Field field) => PolicyProblems.LineOf(field);
}
