namespace SelfHealGitOps.Bot.Propose;

internal enum ModelOutcome
{
    Accepted,

    /// <summary>The answer is not of the form that was asked for.</summary>
    RefusedBySchema,

    /// <summary>It names another finding, path or operation than it may.</summary>
    RefusedByAllowList,

    /// <summary>A value that the place does not take.</summary>
    RefusedByValue,

    /// <summary>Carried out in memory, it does not clear the finding, or brings another.</summary>
    RefusedByEngine,

    RefusedByGate,

    /// <summary>What the rules said stands.</summary>
    FellBack,
}

/// <summary>What came of one try, for the audit.</summary>
/// <param name="Object">Kind, namespace and name.</param>
/// <param name="Try">From 1.</param>
/// <param name="Why">Of our own words, save for what an answer named; not to be trusted as text.</param>
internal sealed record ModelAttempt(string Object, int Try, ModelOutcome Outcome, string Why);

/// <summary>All that came of asking about one file.</summary>
internal sealed record ModelRun(IReadOnlyList<ModelAttempt> Attempts)
{
    public static ModelRun None { get; } = new([]);

    /// <summary>False where something was not asked, or not heard, for the endpoint's sake: it is worth asking again.</summary>
    public bool IsWhole { get; init; } = true;

    public int Count(ModelOutcome outcome) => Attempts.Count(attempt => attempt.Outcome == outcome);
}
