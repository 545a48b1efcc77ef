namespace SelfHealGitOps.Bot.Forge;

/// <summary>Which labels are the bot's to take away: those that begin with its name. The others are people's.</summary>
internal static class LabelNames
{
    public const string OwnPrefix = "selfheal/";

    /// <summary>Of each pull request of the bot's.</summary>
    public const string Fix = $"{OwnPrefix}fix";

    public const string Decide = $"{OwnPrefix}decide";
    public const string Action = $"{OwnPrefix}action";
    public const string Dashboard = $"{OwnPrefix}dashboard";

    /// <summary>What the labels have to become: those wanted, and those of others.</summary>
    public static IReadOnlyList<string> Merge(IReadOnlyList<string> present, IReadOnlyList<string> wanted) =>
    [
        .. present.Where(label => !label.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase) || wanted.Contains(label, StringComparer.OrdinalIgnoreCase)),
        .. wanted.Except(present, StringComparer.OrdinalIgnoreCase),
    ];

    public static bool AreSame(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Count == other.Count && !one.Except(other, StringComparer.OrdinalIgnoreCase).Any();
}
