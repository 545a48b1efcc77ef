using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot;

/// <summary>A bug, said on one line: what it was and where it came from, without the whole stack.</summary>
internal static class InternalError
{
    public static string Describe(Exception exception)
    {
        var cause = exception is AggregateException { InnerExceptions: [var only, ..] } ? only : exception;
        var place = cause.StackTrace?.Split('\n')[0].Trim();
        return Printable.Of($"internal error, please report it: {cause.GetType().Name}: {cause.Message}{(place is null ? "" : $" ({place})")}");
    }
}
