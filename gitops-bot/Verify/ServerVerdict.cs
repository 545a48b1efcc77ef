using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// How answers about one object as it is and as it will be are weighed. Refused is held against a change only where the
/// object was not refused for the same before. No answer, no right to ask and no place to go are no verdict.
/// </summary>
internal static class ServerVerdict
{
    /// <summary>Status and reason for the object as it will be; Passed with no reason.</summary>
    public static (GateStatus Status, string Reason) Of(ServerAnswer answer)
    {
        if (answer.NotAsked is { } why)
        {
            return (GateStatus.NotRun, why);
        }

        return answer.After switch
        {
            ClusterReply.Done => (GateStatus.Passed, ""),
            ClusterReply.Refused { Status: var status } when IsNoVerdict(status) => (GateStatus.NotRun, Text(status)),
            ClusterReply.Refused { Status: var status } => New(status, answer.Before) is { } added
                ? (GateStatus.Failed, added)
                : (GateStatus.NotRun, $"refused as it is already, for the same reason: {Text(status)}"),
            ClusterReply.Unavailable gone when IsSchema(gone) => answer.Before is ClusterReply.Unavailable old && IsSchema(old)
                ? (GateStatus.NotRun, $"cannot be applied as it is already: {Printable.Of(gone.Reason)}")
                : (GateStatus.Failed, Printable.Of(gone.Reason)),
            ClusterReply.Unavailable gone => (GateStatus.NotRun, Printable.Of(gone.Reason)),
            _ => (GateStatus.NotRun, "not asked"),
        };
    }

    /// <summary>Not allowed to ask, nowhere to put it, or changed in between: says nothing about the object.</summary>
    public static bool IsNoVerdict(ClusterStatus status) =>
        status.IsUnauthorized || status.IsNotFound || status.IsConflict || status.Code is 405 or 408 or 410 or 413 or 415
        || (status.IsForbidden && status.Message.Contains(" is forbidden: User ", StringComparison.Ordinal) && status.Message.Contains(" cannot ", StringComparison.Ordinal));

    /// <summary>Server-side apply answers so where a field is not in its schema, with the code of a server that is broken.</summary>
    private static bool IsSchema(ClusterReply.Unavailable reply) => reply.Reason.Contains("failed to create typed patch object", StringComparison.Ordinal);

    /// <summary>What the server says that it did not say before; null for nothing.</summary>
    private static string? New(ClusterStatus after, ClusterReply? before)
    {
        if (before is not ClusterReply.Refused { Status: var old } || old.Code != after.Code)
        {
            return Text(after);
        }

        if (old.Message == after.Message)
        {
            return null;
        }

        var added = Complaints(after).Except(Complaints(old), StringComparer.Ordinal).ToList();
        return added.Count == 0 ? null : $"{after.Code} {after.Reason}: {Printable.Of(string.Join("; ", added))}".Replace(" : ", ": ", StringComparison.Ordinal);
    }

    /// <summary>One by one, where the server tells them apart.</summary>
    private static string[] Complaints(ClusterStatus status)
    {
        const string Strict = "strict decoding error: ";

        var at = status.Message.IndexOf(Strict, StringComparison.Ordinal);
        return at >= 0 ? status.Message[(at + Strict.Length)..].Split(", ")
            : status.Causes.Count > 0 ? [.. status.Causes.Select(cause => $"{cause.Field}: {cause.Message}")]
            : [status.Message];
    }

    private static string Text(ClusterStatus status) => Printable.Of(status.ToString());
}
