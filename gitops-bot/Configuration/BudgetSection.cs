using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>limits</c>, <c>cooldown</c> and <c>automerge</c> say.</summary>
internal static class BudgetSection
{
    public const int MostLimit = 1000;

    public static readonly string[] LimitKeys = ["open", "perDay"];

    public static readonly (string Word, Tier Value)[] TierWords = [.. Enum.GetValues<Tier>().Select(tier => (Tiers.Word(tier), tier))];

    /// <summary>What is blocked is never merged by the bot, whatever anybody configures.</summary>
    public static readonly (string Word, Tier Value)[] Mergeable = [.. TierWords.Where(tier => tier.Value != Tier.Blocked)];

    private static readonly BudgetSettings Standard = new();

    private static readonly TimeSpan LongestCooldown = TimeSpan.FromDays(30);

    public static JsonObject LimitsSchema() => SchemaShapes.Map(
        "How much is delivered, tier by tier; of blocked, issues. With 0 a tier is held.",
        [.. TierWords.Select(tier => (tier.Word, SchemaShapes.Map(
            $"Of tier {tier.Word}.",
            ("open", SchemaShapes.Integer("How many may be open at once.", 0, MostLimit, Standard.Limits[tier.Value].Open)),
            ("perDay", SchemaShapes.Integer("How many may be opened within 24 hours.", 0, MostLimit, Standard.Limits[tier.Value].PerDay)))))]);

    public static JsonObject CooldownSchema() => SchemaShapes.Duration("Between two deliveries to one target.", Standard.Cooldown);

    public static JsonObject AutomergeSchema() => SchemaShapes.List(
        "Tiers that the bot merges by itself once the checks of the verified head pass; human needs an approval, dual those of two code owners. None by default.",
        SchemaShapes.Filled(SchemaShapes.Word("A tier.", Mergeable.Select(tier => tier.Word))));

    public static BudgetSettings Read(Field limits, Field cooldown, IReadOnlyList<FreezeWindow> freezes, ConfigurationFields fields)
    {
        fields.IsMap(limits, [.. TierWords.Select(tier => tier.Word)]);
        var tiers = new Dictionary<Tier, TierLimits>();
        foreach (var (word, tier) in TierWords)
        {
            fields.IsMap(limits[word], LimitKeys);
            var standard = Standard.Limits[tier];
            tiers[tier] = new(
                (int?)fields.Integer(limits[word]["open"], 0, MostLimit) ?? standard.Open,
                (int?)fields.Integer(limits[word]["perDay"], 0, MostLimit) ?? standard.PerDay);
        }

        return new()
        {
            Limits = tiers,
            Cooldown = fields.Duration(cooldown, TimeSpan.Zero, LongestCooldown) ?? Standard.Cooldown,
            Freezes = freezes,
        };
    }

    public static HashSet<Tier> ReadAutomerge(Field field, ConfigurationFields fields)
    {
        var tiers = new HashSet<Tier>();
        foreach (var (text, place) in fields.TextsOf(field))
        {
            if (text == Tiers.Word(Tier.Blocked))
            {
                fields.Report(place, "blocked is never merged by the bot; must be auto, human or dual");
            }
            else if (fields.Word(place, "tier", Mergeable) is { } tier)
            {
                tiers.Add(tier);
            }
        }

        return tiers;
    }
}
