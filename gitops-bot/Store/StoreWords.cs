using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Store;

/// <summary>What enumerations are called in the tables. They are kept for years; a word does not change.</summary>
internal static class StoreWords
{
    public static string Of(DeliveryKind kind) => kind == DeliveryKind.PullRequest ? "pull-request" : "issue";

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Open => "open",
        DeliveryState.Merged => "merged",
        DeliveryState.Closed => "closed",
        _ => "withdrawn",
    };

    public static string Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Merged => "merged",
        OutcomeKind.Closed => "closed",
        OutcomeKind.Healed => "healed",
        OutcomeKind.NotHealed => "not-healed",
        _ => "reverted",
    };

    public static string Of(Tier tier) => Tiers.Word(tier);

    public static DeliveryKind Kind(string word) => Read<DeliveryKind>(word, Of);

    public static DeliveryState State(string word) => Read<DeliveryState>(word, Of);

    public static OutcomeKind Outcome(string word) => Read<OutcomeKind>(word, Of);

    public static Tier Tier(string word) => Read<Tier>(word, Of);

    private static T Read<T>(string word, Func<T, string> of)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (of(value) == word)
            {
                return value;
            }
        }

        throw new StoreException($"the store says '{word}' where one of {string.Join(", ", Enum.GetValues<T>().Select(of))} is expected: it was edited by hand, or by another program");
    }
}
