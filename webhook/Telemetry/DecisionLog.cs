using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Events;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>
/// A line for each denial and correction, as long as there are few. A controller that is refused tries again and again, and
/// many at once could fill a disk: beyond a hundred in ten seconds they are counted, and their number is logged.
/// </summary>
internal sealed partial class DecisionLog(TimeProvider clock, ILogger<DecisionLog> logger)
{
    public const int MostInWindow = 100;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock window = new();
    private long started = clock.GetTimestamp();
    private int logged;
    private long left;
    private long leftInAll;

    /// <summary>How many were counted only, since the process began.</summary>
    public long LeftOut => Volatile.Read(ref leftInAll);

    public void Note(DecisionEvent made)
    {
        if (!logger.IsEnabled(LogLevel.Information) || !Admit(out var leftBefore))
        {
            return;
        }

        if (leftBefore > 0)
        {
            LogLeftOut(leftBefore);
        }

        var identity = made.Object;
        if (made.Decision.IsAllowed)
        {
            LogCorrected(identity.Kind, identity.Namespace, identity.Name, made.Operation, made.User, AuditText.Rules(made.Decision.Corrected), made.IsDryRun);
        }
        else
        {
            LogDenied(identity.Kind, identity.Namespace, identity.Name, made.Operation, made.User, AuditText.Rules(made.Decision.Denials), made.Decision.FixId, made.IsDryRun);
        }
    }

    private bool Admit(out long leftBefore)
    {
        lock (window)
        {
            leftBefore = 0;
            if (clock.GetElapsedTime(started) >= Window)
            {
                (started, logged, leftBefore, left) = (clock.GetTimestamp(), 0, left, 0);
            }

            if (logged < MostInWindow)
            {
                logged++;
                return true;
            }

            left++;
            leftInAll++;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Denied {Kind} {Namespace}/{Name}: {Rules} ({Operation} by {User}, fix id {FixId}, dry run {DryRun})")]
    private partial void LogDenied(string kind, string? @namespace, string? name, AdmissionOperation operation, string user, string rules, string? fixId, bool dryRun);

    [LoggerMessage(LogLevel.Information, "Corrected {Kind} {Namespace}/{Name}: {Rules} ({Operation} by {User}, dry run {DryRun})")]
    private partial void LogCorrected(string kind, string? @namespace, string? name, AdmissionOperation operation, string user, string rules, bool dryRun);

    [LoggerMessage(LogLevel.Warning, "{Count} denials and corrections were not logged one by one")]
    private partial void LogLeftOut(long count);
}
