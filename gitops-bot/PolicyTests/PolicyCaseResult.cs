namespace SelfHealGitOps.Bot.PolicyTests;

/// <summary>What came of a case; it passed when there are no failures.</summary>
/// <param name="Written">The files that were brought up to date.</param>
internal sealed record PolicyCaseResult(PolicyCase Case, IReadOnlyList<PolicyFailure> Failures, IReadOnlyList<string> Written)
{
    public bool HasPassed => Failures.Count == 0;
}

/// <summary>One expectation that does not hold.</summary>
/// <param name="File">The fixture, by its name in the folder.</param>
/// <param name="Message">What was expected, in a line.</param>
/// <param name="Expected">Null where nothing is to be compared.</param>
internal sealed record PolicyFailure(string File, string Message, string? Expected = null, string? Actual = null);
