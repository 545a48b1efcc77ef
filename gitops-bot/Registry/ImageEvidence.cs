using System.Globalization;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>What a registry answered about an image, each digest checked against the bytes it names.</summary>
/// <param name="Image">As it was asked for.</param>
/// <param name="Host">Who answered: the registry, or a mirror of it.</param>
/// <param name="Digest">Of the manifest, or of the index where the image is for several platforms.</param>
/// <param name="Platforms">That an index lists; one or none for a single manifest.</param>
/// <param name="Configs">One for each platform that was wanted and is there.</param>
internal sealed record ImageEvidence(
    ImageReference Image,
    string Host,
    DateTimeOffset AskedAt,
    string Digest,
    string MediaType,
    IReadOnlyList<ImagePlatform> Platforms,
    IReadOnlyList<ImageConfig> Configs)
{
    /// <summary>The newest version tag that stands for the same digest; null where there is none, or nobody could tell.</summary>
    public VersionTag? Version { get; init; }

    /// <summary>Why there is no version; null where there is.</summary>
    public string? WhyNoVersion { get; init; }

    /// <summary>Tags that were no candidates, at most ten of them.</summary>
    public IReadOnlyList<TagSetAside> SetAside { get; init; } = [];

    /// <summary>True where an index lists something that is neither an image for a named platform nor an attestation.</summary>
    public bool ListsOthers { get; init; }

    /// <summary>True where the configuration of every platform was read that the image is for.</summary>
    public bool IsReadWhole => !ListsOthers && Configs.Count > 0
        && Configs.DistinctBy(config => config.Digest).Count() >= Platforms.Count
        && Platforms.All(platform => Configs.Any(config => config.Platform.Fits(platform)));

    /// <summary>Why there is no configuration; null where there is, also if it is for some of the platforms.</summary>
    public string? WhyNoConfig { get; init; }

    /// <summary>The number that it runs as on every platform that was looked at; null where they differ, one has a name only, or none was seen.</summary>
    public long? Uid => Configs.Count > 0 && Configs.Select(config => config.User.Uid).Distinct().ToList() is [{ } uid] ? uid : null;

    /// <summary>The evidence in sentences, for whoever reviews what follows from it. What the registry wrote is quoted, on one line.</summary>
    public IReadOnlyList<string> Facts
    {
        get
        {
            var at = AskedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            List<string> facts = [$"{Image} is {Digest}, as {Host} answered at {at}; the manifest's bytes have that digest"];
            facts.Add(Version is not null
                ? $"tag {Version} stands for the same digest{(Version.Rank == TagRank.PreRelease ? "; it is a pre-release" : "")}"
                : $"no version tag: {WhyNoVersion ?? "none was asked for"}");
            facts.AddRange(SetAside.Select(tag => $"tag {tag.Tag} was set aside: it {tag.Reason}"));
            foreach (var config in Configs)
            {
                var user = config.User.Text.Length == 0 ? "no USER, which is root" : $"USER {Excerpt.Of(config.User.Text)}";
                var ports = config.Ports.Count == 0 ? "no ports" : $"ports {string.Join(", ", config.Ports.Take(10).Select(Excerpt.Of))}";
                facts.Add($"on {config.Platform}: {user}; {ports} (configuration {config.Digest})");
            }

            if (WhyNoConfig is not null)
            {
                facts.Add($"no configuration: {WhyNoConfig}");
            }
            else if (Platforms.Where(platform => !Configs.Any(config => config.Platform.Fits(platform))).ToList() is { Count: > 0 } unread)
            {
                facts.Add($"not looked at: {string.Join(", ", unread.Take(10).Select(platform => Excerpt.Of(platform.ToString())))}");
            }

            return facts;
        }
    }
}

/// <summary>A tag that is no candidate for a version.</summary>
internal sealed record TagSetAside(string Tag, string Reason);
