using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>registries</c>, <c>dockerConfig</c> and <c>platforms</c> say.</summary>
internal static class RegistrySection
{
    public static readonly string[] Keys = ["endpoint", "insecure", "mirrors", "tokenServer", "redirectsTo", "credentialKey"];

    private const string AuthorityPattern = @"^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$";

    private const string TargetPattern = @"^(\*|(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?)$";

    private const string PlatformPattern = "^[a-z0-9]{1,20}/[a-z0-9]{1,20}(/[a-z0-9.]{1,20})?$";

    public static JsonObject Schema() => SchemaShapes.Named(
        "Registries that may be asked about images, by host[:port] as images name it. Nobody else is asked.",
        @"^[^/@]+$",
        SchemaShapes.Map(
            "One registry.",
            ("endpoint", SchemaShapes.Text("Where its API is, as host[:port]. Left out: the host itself.", AuthorityPattern)),
            ("insecure", SchemaShapes.Switch("Speak to it by plain http.", false)),
            ("mirrors", SchemaShapes.List("Asked first, as host[:port][/path]; each host is listed itself.", SchemaShapes.Filled(SchemaShapes.Text("A registry, or a part of one.")))),
            ("tokenServer", SchemaShapes.Text("Who hands out tokens, if another host; is shown the credentials.", AuthorityPattern)),
            ("redirectsTo", SchemaShapes.List("Where it may redirect to.", SchemaShapes.Filled(SchemaShapes.Text("A host, *.domain, or *.", TargetPattern)))),
            ("credentialKey", SchemaShapes.Text("Its key in the Docker configuration. Left out: the host."))));

    public static JsonObject DockerConfigSchema() => SchemaShapes.Text("The Docker configuration with the credentials for registries. Left out: they are asked anonymously.");

    public static JsonObject PlatformsSchema() => SchemaShapes.List(
        "What the nodes are: whose configuration is looked at of an image for several. Left out: linux/amd64.",
        SchemaShapes.Filled(SchemaShapes.Text("os/architecture, with a variant or without.", PlatformPattern)));

    public static RegistrySettings Read(Field registries, Field dockerConfig, Field platforms, ConfigurationFields fields)
    {
        var hosts = new Dictionary<string, RegistryHost>(StringComparer.Ordinal);
        var mirrors = new List<(ImagePrefix Mirror, Field Place)>();
        fields.IsMap(registries);
        foreach (var entry in registries.Entries)
        {
            if (!ImagePrefix.TryParse(entry.Key, out var prefix) || prefix.Path.Length > 0)
            {
                fields.Report(entry.Value, $"{Excerpt.Of(entry.Key)} is no registry; must be a host, such as registry.example.com or registry.example.com:5000");
                continue;
            }

            if (!hosts.TryAdd(prefix.Host, ReadOne(prefix.Host, entry.Value, mirrors, fields)))
            {
                fields.Report(entry.Value, $"{prefix.Host} is there above; must be there once");
            }
        }

        foreach (var (mirror, place) in mirrors)
        {
            if (!hosts.ContainsKey(mirror.Host))
            {
                fields.Report(place, $"{Excerpt.Of(mirror.Host)} is not listed; nothing is asked of a host that is not a key of registries");
            }
        }

        return new(hosts)
        {
            DockerConfig = fields.PathOf(dockerConfig),
            Platforms = ReadPlatforms(platforms, fields),
        };
    }

    private static RegistryHost ReadOne(string host, Field field, List<(ImagePrefix Mirror, Field Place)> mirrors, ConfigurationFields fields)
    {
        fields.IsMap(field, Keys);
        var own = new List<ImagePrefix>();
        foreach (var (text, place) in fields.TextsOf(field["mirrors"]))
        {
            if (ImagePrefix.TryParse(text, out var mirror))
            {
                own.Add(mirror);
                mirrors.Add((mirror, place));
            }
            else
            {
                fields.Report(place, $"{Excerpt.Of(text)} is no registry; must be a host, with a path or without, such as registry.example.com/cache");
            }
        }

        var targets = new List<string>();
        foreach (var (text, place) in fields.TextsOf(field["redirectsTo"]))
        {
            if (ConfigurationFields.Fits(text, TargetPattern))
            {
                targets.Add(text.ToLowerInvariant());
            }
            else
            {
                fields.Report(place, $"{Excerpt.Of(text)} is no host; must be one, *.domain, or *");
            }
        }

        return new(AuthorityOf(field["endpoint"], fields) ?? host)
        {
            IsInsecure = fields.Switch(field["insecure"]) ?? false,
            Mirrors = own,
            TokenServer = AuthorityOf(field["tokenServer"], fields),
            RedirectsTo = targets,
            CredentialKey = fields.Text(field["credentialKey"]),
        };
    }

    private static string? AuthorityOf(Field field, ConfigurationFields fields)
    {
        const string Wanted = "must be a host, with a port or without, such as registry.example.com:5000";
        if (fields.Text(field, AuthorityPattern, Wanted) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var url))
        {
            return Hosts.Of(url);
        }

        fields.Report(field, $"{Excerpt.Of(text)} does not do; {Wanted}");
        return null;
    }

    private static List<ImagePlatform> ReadPlatforms(Field field, ConfigurationFields fields)
    {
        var platforms = new List<ImagePlatform>();
        foreach (var (text, place) in fields.TextsOf(field))
        {
            if (ConfigurationFields.Fits(text, PlatformPattern) && ImagePlatform.TryParse(text, out var platform))
            {
                platforms.Add(platform);
            }
            else
            {
                fields.Report(place, $"{Excerpt.Of(text)} is no platform; must be one, such as linux/amd64 or linux/arm/v7");
            }
        }

        return platforms.Count > 0 ? platforms : [ImagePlatform.Default];
    }
}
