using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Deliver;

internal enum ActionWord
{
    Approve,
    Reject,
    Done,
}

/// <summary>What somebody says to an action, as the first line of a comment: <c>/approve</c>, and a reason if they like.</summary>
internal sealed partial record ActionCommand(ActionWord Word, string Reason)
{
    private const int MostReason = 200;

    /// <summary>
    /// Null where the comment says none. Only the first line counts, from its first character on: what is quoted, indented or
    /// in a fence is somebody else's text, or an example.
    /// </summary>
    public static ActionCommand? Of(string body)
    {
        var end = body.IndexOf('\n', StringComparison.Ordinal);
        var found = Lines().Match((end < 0 ? body : body[..end]).TrimEnd());
        return !found.Success ? null : new(
            found.Groups[1].ValueSpan switch
            {
                "approve" => ActionWord.Approve,
                "reject" => ActionWord.Reject,
                _ => ActionWord.Done,
            },
            found.Groups[2].Value is { Length: > MostReason } reason ? reason[..MostReason] : found.Groups[2].Value);
    }

    [GeneratedRegex(@"\A/(approve|reject|done)(?:[ \t]+([^\r\n]*))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Lines();
}
