using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What <c>images</c> says: where images may come from. What a mirror holds is allowed, too.</summary>
/// <param name="Judges">Whether the owner has named the registries that are allowed, so that images are judged by them.</param>
internal sealed record ImageSection(
    EquatableArray<ImagePrefix> AllowedRegistries, IReadOnlyDictionary<string, ImagePrefix> Mirrors, bool Judges)
{
    /// <summary>The rule that is on wherever registries are named.</summary>
    public const string RuleId = "allowed-registries";

    internal static readonly string[] Keys = ["allowedRegistries", "mirrors"];

    public static ImageSection Read(Field field, PolicyProblems problems)
    {
        PolicyFields.CheckMap(field, problems, Keys);
        var allowed = new List<ImagePrefix>();
        var list = field["allowedRegistries"];
        foreach (var (text, place) in PolicyFields.TextsOf(list, problems))
        {
            if (Prefix(text, place, problems) is { } prefix)
            {
                allowed.Add(prefix);
            }
        }

        if (list is { IsList: true, Count: 0 })
        {
            problems.Add(list, "names no registry, and would allow no image; leave it out to allow every one");
        }

        var mirrors = new Dictionary<string, ImagePrefix>(StringComparer.Ordinal);
        if (PolicyFields.IsMap(field["mirrors"], problems))
        {
            ReadMirrors(field["mirrors"], mirrors, problems);
        }

        var judges = allowed.Count > 0;
        return new([.. judges ? allowed.Concat(mirrors.Values).Distinct() : []], mirrors, judges);
    }

    private static void ReadMirrors(Field field, Dictionary<string, ImagePrefix> mirrors, PolicyProblems problems)
    {
        foreach (var entry in field.Entries)
        {
            if (!ImagePrefix.TryParse(entry.Key, out var registry) || registry.Path.Length > 0)
            {
                problems.Add(entry.Value, $"{Excerpt.Of(entry.Key)} is no registry; must be a host, such as registry.example.com");
            }
            else if (PolicyFields.TextOf(entry.Value, problems) is { } text)
            {
                if (Prefix(text, entry.Value, problems) is { } mirror && !mirrors.TryAdd(registry.Host, mirror) && mirrors[registry.Host] != mirror)
                {
                    problems.Add(entry.Value, $"{registry.Host} has another mirror above");
                }
            }
            else if (!entry.Value.Exists)
            {
                problems.Add(entry.Value, "null is no registry; must be a host, with a path or without");
            }
        }
    }

    private static ImagePrefix? Prefix(string text, Field place, PolicyProblems problems)
    {
        if (!ImagePrefix.TryParse(text, out var prefix))
        {
            problems.Add(place, $"{Excerpt.Of(text)} is no registry; must be a host, with a path or without, such as registry.example.com/shop");
        }

        return prefix;
    }
}
