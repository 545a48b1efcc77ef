using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>The rules that a command line asks for.</summary>
internal static class RuleSelection
{
    public static string[] ProfileNames { get; } = ["default", "all", "kube-linter", "pss-baseline", "pss-restricted"];

    public static IEnumerable<string> AllIds => Catalogue.All.Select(rule => rule.Info.Id).Order(StringComparer.Ordinal);

    public static RuleSet OfProfile(string profile, PssVersion version) => profile switch
    {
        "all" => new(Catalogue.All),
        "pss-baseline" => Catalogue.SetOf(Profiles.PssBaseline, version),
        "kube-linter" => Catalogue.SetOf(Profiles.KubeLinter, version),
        "pss-restricted" => Catalogue.SetOf(Profiles.PssRestricted, version),
        _ => Catalogue.SetOf(Profiles.Default, version),
    };

    /// <exception cref="UsageException">An id that no rule has.</exception>
    public static RuleSet OfIds(IEnumerable<string> ids)
    {
        var chosen = new List<Rule>();
        foreach (var id in ids.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var rule = Find(id);
            if (!chosen.Contains(rule))
            {
                chosen.Add(rule);
            }
        }

        return chosen.Count > 0 ? new(chosen) : throw new UsageException("--rules names no rule; 'selfheal rules' lists them");
    }

    /// <exception cref="UsageException">No rule has the id.</exception>
    public static Rule Find(string id) =>
        Catalogue.All.FirstOrDefault(rule => rule.Info.Id == id)
        ?? throw new UsageException(Nearest(id) is { } nearest
            ? $"there is no rule '{id}'; is it '{nearest}'? 'selfheal rules' lists them"
            : $"there is no rule '{id}'; 'selfheal rules' lists them");

    private static string? Nearest(string id) => id.Length == 0 ? null : AllIds
        .Select(candidate => (Id: candidate, Distance: candidate.Contains(id, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(id, candidate)))
        .Where(candidate => candidate.Distance <= 3)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Id)
        .FirstOrDefault();

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
