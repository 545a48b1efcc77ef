namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>How long to wait for a forge, how much to take from it, and how often to ask again.</summary>
internal sealed record ForgeLimits
{
    public static ForgeLimits Default { get; } = new();

    /// <summary>From the question to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one answer, in bytes.</summary>
    public int MaxAnswerBytes { get; init; } = 16 << 20;

    public int MaxPages { get; init; } = 100;

    /// <summary>How many of a list are asked for at once. GitHub gives at most 100, Gitea 50 unless told otherwise.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>What is kept of answers, so that they need not be sent again where nothing has changed; in bytes.</summary>
    public int MaxKeptBytes { get; init; } = 32 << 20;

    /// <summary>Of one call, the first among them.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>What is waited out within a call. A forge that wants to be left alone for longer is left to a later pass.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(60);

    public Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;
}
