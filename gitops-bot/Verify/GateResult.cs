namespace SelfHealGitOps.Bot.Verify;

internal enum GateStatus
{
    Passed,
    Failed,

    /// <summary>It should have run and could not. Not a pass: the proposal says so, and its tier rises.</summary>
    NotRun,

    /// <summary>There is nothing for it to look at, as a server dry-run of a file that no cluster is fed from.</summary>
    NotApplicable,
}

/// <summary>What one gate says of one proposal.</summary>
/// <param name="Gate">One of <see cref="Gates"/>.</param>
/// <param name="Message">One line: what was looked at and what was found. Of a failure, place, value and remedy.</param>
/// <param name="Details">Evidence of several lines, such as the diff after admission; empty for none. May quote manifests and servers: not to be trusted as text.</param>
internal sealed record GateResult(string Gate, GateStatus Status, string Message, string Details = "")
{
    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}

/// <summary>The gates by name, in the order in which they run: what is cheap and certain first.</summary>
internal static class Gates
{
    public const string Reparse = "reparse";
    public const string MinimalDiff = "minimal-diff";
    public const string Policy = "policy";
    public const string Safety = "safety";
    public const string Schema = "schema";
    public const string DryRun = "dry-run";
    public const string Rollback = "rollback";

    public static IReadOnlyList<string> All { get; } = [Reparse, MinimalDiff, Policy, Safety, Schema, DryRun, Rollback];
}
