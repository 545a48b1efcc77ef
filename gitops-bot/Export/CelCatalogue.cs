using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Export;

/// <summary>Every rule that has a form in CEL, by its id.</summary>
internal static class CelCatalogue
{
    /// <summary>A rule of the owner's own is one of the catalogue under another id.</summary>
    private static readonly Dictionary<Type, string> IdByType = Catalogue.All.ToDictionary(rule => rule.GetType(), rule => rule.Info.Id);

    public static IReadOnlyDictionary<string, Func<RuleView, CelForm>> Forms { get; } =
        PodSecurityForms.All.Concat(PodForms.All).Concat(ObjectForms.All).ToDictionary(StringComparer.Ordinal);

    public static CelForm Of(Rule rule, PolicySettings settings)
    {
        var id = IdByType[rule.GetType()];
        return Forms.TryGetValue(id, out var form) ? form(new(rule, settings)) : MissingForms.Of(rule, id);
    }
}
