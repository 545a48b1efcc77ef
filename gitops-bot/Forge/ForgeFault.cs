namespace SelfHealGitOps.Bot.Forge;

/// <summary>What is wrong with a forge, for those who count or decide; the message is for those who mend it.</summary>
internal enum ForgeFault
{
    /// <summary>It understands, and says no.</summary>
    Refused,

    /// <summary>It does not know the token, or what it was asked for is not for this token to see.</summary>
    Unauthorized,
    NotFound,
    RateLimited,

    /// <summary>It answers that it is broken or overloaded.</summary>
    Failing,

    /// <summary>It does not answer in time.</summary>
    Slow,
    Unreachable,
    Redirects,

    /// <summary>Its answer is cut off, too long, without end, or not what it promises.</summary>
    Nonsense,
}
