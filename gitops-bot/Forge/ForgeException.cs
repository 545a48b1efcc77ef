namespace SelfHealGitOps.Bot.Forge;

/// <summary>
/// A forge that cannot be reached, refuses, or answers what makes no sense. The message names forge, call and remedy, and
/// never a token.
/// </summary>
internal sealed class ForgeException : Exception
{
    public ForgeException(string forge, string call, string problem, string remedy, bool isTransient, TimeSpan? retryAfter = null, Exception? inner = null,
        ForgeFault fault = ForgeFault.Refused)
        : base($"{forge}: {call}: {problem}; {remedy}", inner)
    {
        IsTransient = isTransient;
        RetryAfter = retryAfter;
        Fault = fault;
    }

    public ForgeFault Fault { get; }

    /// <summary>Whether it may pass by itself. Else it needs a person, and trying again is of no use.</summary>
    public bool IsTransient { get; }

    /// <summary>How long the forge wants to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
