namespace SelfHealGitOps.Bot.Git;

/// <summary>What went wrong beyond our own walls. The first five pass by themselves; the others need a person.</summary>
internal enum GitProblem
{
    /// <summary>No connection, or one that broke.</summary>
    Network,

    /// <summary>Longer than the time it was given, and therefore ended.</summary>
    Timeout,

    /// <summary>The server has trouble of its own (5xx), or asks for patience (429).</summary>
    Server,

    /// <summary>Another process holds what this one needs.</summary>
    Busy,

    /// <summary>A clone that has lost objects. It is a cache, and made anew when it is opened next.</summary>
    Corrupt,

    /// <summary>The server does not know who asks, or does not let it.</summary>
    Authentication,

    /// <summary>There is no such repository, or none that may be seen.</summary>
    NotFound,

    /// <summary>The host's certificate or key is not one that is trusted.</summary>
    Trust,

    /// <summary>More than a bound of ours allows.</summary>
    TooLarge,

    /// <summary>The server said no to what it understood: a hook, a protected branch.</summary>
    Rejected,

    /// <summary>Something that git said and nobody foresaw, or no git at all.</summary>
    Other,
}

/// <param name="Message">On one line, without secrets.</param>
internal sealed record GitFailure(GitProblem Problem, string Message)
{
    /// <summary>The same again may succeed; if not, trying again is noise.</summary>
    public bool IsTransient => Problem is GitProblem.Network or GitProblem.Timeout or GitProblem.Server or GitProblem.Busy or GitProblem.Corrupt;
}

/// <summary>Thrown where a failure is no expected outcome; <see cref="Failure"/> says whether to try again.</summary>
internal sealed class GitException(GitFailure failure) : IOException(failure.Message)
{
    public GitFailure Failure { get; } = failure;

    public GitException(GitProblem problem, string message)
        : this(new GitFailure(problem, message))
    {
    }
}
