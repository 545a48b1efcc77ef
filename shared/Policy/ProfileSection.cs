using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What <c>profiles</c> says: profiles of the owner's, made of others.</summary>
internal static class ProfileSection
{
    /// <summary>More than anybody names; a chain of them is followed one inside the other.</summary>
    private const int MaxProfiles = 100;

    internal static readonly string[] Keys = ["extends", "rules", "without"];

    /// <param name="rules">All rules, the owner's own among them.</param>
    public static IReadOnlyList<OwnProfile> Read(Field field, IReadOnlyList<Rule> rules, PolicyProblems problems)
    {
        var profiles = new Dictionary<string, OwnProfile>(StringComparer.Ordinal);
        if (!PolicyFields.IsMap(field, problems))
        {
            return [];
        }

        if (field.Count > MaxProfiles)
        {
            problems.Add(field, $"are {field.Count} profiles; must be at most {MaxProfiles}");
            return [];
        }

        var names = new List<string>();
        foreach (var entry in field.Entries)
        {
            names.Add(entry.Key);
        }

        var ids = rules.Select(rule => rule.Info.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in field.Entries)
        {
            var (name, value) = (entry.Key, entry.Value);
            if (BuiltInProfiles.Names.Contains(name))
            {
                problems.Add(value, $"'{name}' is a built-in profile; a profile of one's own must have another name");
            }
            else if (!PolicyFields.IsKebab(name))
            {
                problems.Add(value, "a name must be of lower-case letters, digits and dashes between them, and at most 63 of them");
            }

            PolicyFields.CheckMap(value, problems, Keys);
            var extends = PolicyFields.TextsOf(value["extends"], problems);
            foreach (var (extended, place) in extends)
            {
                CheckName(extended, place, names, problems);
            }

            profiles[name] = new(
                name, [.. extends.Select(each => each.Text)], ReadIds(value["rules"], ids, problems), ReadIds(value["without"], ids, problems));
        }

        CheckCircles(field, profiles, problems);
        return [.. profiles.Values];
    }

    public static void CheckName(string name, Field place, IEnumerable<string> own, PolicyProblems problems)
    {
        var names = BuiltInProfiles.Names.Concat(own);
        if (!names.Contains(name))
        {
            problems.Add(place, PolicyFields.Unknown("profile", name, names));
        }
    }

    private static IReadOnlyList<string> ReadIds(Field field, HashSet<string> known, PolicyProblems problems)
    {
        var texts = PolicyFields.TextsOf(field, problems);
        foreach (var (id, place) in texts)
        {
            if (!known.Contains(id))
            {
                problems.Add(place, PolicyFields.Unknown("rule", id, known));
            }
        }

        return [.. texts.Select(each => each.Text)];
    }

    /// <summary>Takes away the profiles that extend none of those left, over and over; what stays extends itself in the end.</summary>
    private static void CheckCircles(Field field, Dictionary<string, OwnProfile> profiles, PolicyProblems problems)
    {
        var left = new Dictionary<string, OwnProfile>(profiles, StringComparer.Ordinal);
        while (left.Values.Where(profile => !profile.Extends.Any(left.ContainsKey)).ToList() is { Count: > 0 } free)
        {
            free.ForEach(profile => left.Remove(profile.Name));
        }

        foreach (var name in left.Keys)
        {
            problems.Add(field[name]["extends"], $"'{name}' extends itself, by way of {string.Join(", ", left[name].Extends.Where(left.ContainsKey))}");
        }
    }
}
