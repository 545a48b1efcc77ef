using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>The rules that a command line asks for.</summary>
internal static class RuleSelection
{
    public static IEnumerable<string> AllIds => Catalogue.All.Select(rule => rule.Info.Id).Order(StringComparer.Ordinal);

    /// <summary>Rules by their ids, the owner's own among them, with the owner's severities and parameters.</summary>
    /// <exception cref="UsageException">An id that no rule has.</exception>
    public static RuleSet OfIds(PolicyConfiguration policy, IEnumerable<string> ids)
    {
        var chosen = new List<Rule>();
        foreach (var id in ids.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var rule = policy.Find(id) ?? throw Unknown(id, policy.Rules);
            if (!chosen.Contains(rule))
            {
                chosen.Add(rule);
            }
        }

        return chosen.Count > 0 ? new(chosen) : throw new UsageException("--rules names no rule; 'selfheal rules' lists them");
    }

    /// <exception cref="UsageException">No rule has the id, nor one of the owner's.</exception>
    public static Rule Find(PolicyConfiguration policy, string id) => policy.Find(id) ?? throw Unknown(id, policy.Rules);

    /// <exception cref="UsageException">No rule has the id.</exception>
    public static Rule Find(string id) => Catalogue.All.FirstOrDefault(rule => rule.Info.Id == id) ?? throw Unknown(id, Catalogue.All);

    private static UsageException Unknown(string id, IReadOnlyList<Rule> rules)
    {
        var hint = Nearest.Hint(id, rules.Select(rule => rule.Info.Id).Order(StringComparer.Ordinal));
        return new($"there is no rule '{id}'{(hint.Length > 0 ? hint : ";")} 'selfheal rules' lists them");
    }
}
