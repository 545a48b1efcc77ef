namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Who lets a change pass. In order of weight.</summary>
internal enum Tier
{
    /// <summary>The bot may merge it, where the owner allows that.</summary>
    Auto,

    /// <summary>One person.</summary>
    Human,

    /// <summary>Two distinct code owners.</summary>
    Dual,

    /// <summary>Nobody: only ever an issue.</summary>
    Blocked,
}

/// <summary>The bounds between the tiers, as scores of a blast radius.</summary>
internal static class Tiers
{
    public const int LastAuto = 10;
    public const int LastHuman = 50;
    public const int LastComputed = 99;
    public const int Blocked = 100;

    public static Tier Of(int score) => score switch
    {
        <= LastAuto => Tier.Auto,
        <= LastHuman => Tier.Human,
        <= LastComputed => Tier.Dual,
        _ => Tier.Blocked,
    };

    public static string Word(Tier tier) => tier switch
    {
        Tier.Auto => "auto",
        Tier.Human => "human",
        Tier.Dual => "dual",
        _ => "blocked",
    };
}
