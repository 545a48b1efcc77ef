using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// Reads what git says when it fails. It has no codes for this, only sentences (in English, as <c>LC_ALL=C</c> has it);
/// whatever is not in the table is <see cref="GitProblem.Other"/> and not tried again.
/// </summary>
internal static class GitErrors
{
    private const int LongestMessage = 400;

    /// <summary>In this order: a broken connection is often followed by a sentence that speaks of access rights.</summary>
    private static readonly (string Said, GitProblem Problem)[] Table =
    [
        ("requested URL returned error: 401", GitProblem.Authentication),
        ("requested URL returned error: 403", GitProblem.Authentication),
        ("requested URL returned error: 404", GitProblem.NotFound),
        ("requested URL returned error: 429", GitProblem.Server),
        ("requested URL returned error: 408", GitProblem.Server),
        ("requested URL returned error: 5", GitProblem.Server),
        ("requested URL returned error: 3", GitProblem.NotFound),
        ("HTTP 401", GitProblem.Authentication),
        ("HTTP 403", GitProblem.Authentication),
        ("HTTP 429", GitProblem.Server),
        ("HTTP 413", GitProblem.TooLarge),
        ("HTTP 5", GitProblem.Server),
        ("unable to update url base from redirection", GitProblem.NotFound),
        ("Authentication failed", GitProblem.Authentication),
        ("could not read Username", GitProblem.Authentication),
        ("could not read Password", GitProblem.Authentication),
        ("terminal prompts disabled", GitProblem.Authentication),
        ("Permission denied", GitProblem.Authentication),
        ("certificate", GitProblem.Trust),
        ("SSL ", GitProblem.Trust),
        ("Host key verification failed", GitProblem.Trust),
        ("dubious ownership", GitProblem.Trust),
        ("Could not resolve host", GitProblem.Network),
        ("Temporary failure in name resolution", GitProblem.Network),
        ("Failed to connect", GitProblem.Network),
        ("Couldn't connect", GitProblem.Network),
        ("Connection refused", GitProblem.Network),
        ("Connection reset", GitProblem.Network),
        ("Connection timed out", GitProblem.Network),
        ("Connection closed", GitProblem.Network),
        ("timed out", GitProblem.Network),
        ("Operation too slow", GitProblem.Network),
        ("Network is unreachable", GitProblem.Network),
        ("No route to host", GitProblem.Network),
        ("Empty reply from server", GitProblem.Network),
        ("transfer closed", GitProblem.Network),
        ("RPC failed", GitProblem.Network),
        ("early EOF", GitProblem.Network),
        ("hung up unexpectedly", GitProblem.Network),
        ("unexpected disconnect", GitProblem.Network),
        ("expected flush after", GitProblem.Network),
        ("invalid server response", GitProblem.Server),
        ("'origin' does not appear to be a git repository", GitProblem.Corrupt),
        ("unexpected line in", GitProblem.Corrupt),
        ("not valid: is this a git repository", GitProblem.NotFound),
        ("does not appear to be a git repository", GitProblem.NotFound),
        ("repository not found", GitProblem.NotFound),
        ("' not found", GitProblem.NotFound),
        ("not a git repository", GitProblem.Corrupt),
        ("bad object", GitProblem.Corrupt),
        ("bad tree object", GitProblem.Corrupt),
        ("missing object", GitProblem.Corrupt),
        ("missing blob", GitProblem.Corrupt),
        ("missing tree", GitProblem.Corrupt),
        ("unable to read tree", GitProblem.Corrupt),
        ("unable to read sha1 file", GitProblem.Corrupt),
        ("is corrupt", GitProblem.Corrupt),
        ("too short to be a packfile", GitProblem.Corrupt),
        ("did not send all necessary objects", GitProblem.Corrupt),
        ("bad config", GitProblem.Corrupt),
        ("inflate", GitProblem.Corrupt),
        (".lock': File exists", GitProblem.Busy),
    ];

    /// <param name="said">Everything that it wrote to its error stream, secrets taken out already.</param>
    public static GitFailure Read(string what, string said)
    {
        var problem = Table.FirstOrDefault(row => said.Contains(row.Said, StringComparison.OrdinalIgnoreCase)) is { Said: not null } row
            ? row.Problem
            : GitProblem.Other;
        return new(problem, $"{what}: {OneLine(said)}");
    }

    /// <summary>The line that gives the cause, for people.</summary>
    public static string OneLine(string said)
    {
        string[] lines = [.. said.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        var line = Array.Find(lines, line => line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal))
            ?? lines.FirstOrDefault()
            ?? "git gave no reason";
        line = line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal) ? line[7..] : line;
        return Printable.Of(line.Length > LongestMessage ? line[..LongestMessage] : line);
    }
}
