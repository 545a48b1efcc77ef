using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>What was answered to a review that could be judged.</summary>
internal enum Verdict
{
    Allowed,
    Warned,
    Corrected,
    Denied,
}

/// <summary>Counts requests and their answers, in fixed tables: nothing is allocated or locked for a request.</summary>
internal sealed class ReviewCounters
{
    public static readonly string[] Routes = ["validate", "mutate"];
    public static readonly string[] Operations = ["CREATE", "UPDATE", "DELETE", "CONNECT"];
    public static readonly string[] Verdicts = ["allowed", "warned", "corrected", "denied"];

    /// <summary>Whatever else might be answered is counted as the last one.</summary>
    public static readonly int[] Codes = [400, 401, 403, 405, 408, 413, 415, 503, 504, 500];

    private readonly long[] judged = new long[Routes.Length * Operations.Length * Verdicts.Length * 2];
    private readonly long[] failed = new long[Routes.Length * Codes.Length];
    private readonly long[] shed = new long[Routes.Length];
    private readonly LatencyHistogram[] latencies = [new(), new()];

    public static Verdict VerdictOf(AdmissionDecision decision) =>
        ReferenceEquals(decision, AdmissionDecision.Allowed) ? Verdict.Allowed
        : !decision.IsAllowed ? Verdict.Denied
        : decision.Patch is not null ? Verdict.Corrected
        : decision.Warned.Count > 0 ? Verdict.Warned
        : Verdict.Allowed;

    public void Judged(bool mutates, AdmissionOperation operation, Verdict verdict, bool isDryRun, TimeSpan duration)
    {
        Interlocked.Increment(ref judged[IndexOf(mutates ? 1 : 0, (int)operation, (int)verdict, isDryRun)]);
        latencies[mutates ? 1 : 0].Record(duration);
    }

    public void Failed(bool mutates, int status, TimeSpan duration)
    {
        Refused(mutates, status);
        latencies[mutates ? 1 : 0].Record(duration);
    }

    /// <summary>Not answered at all: how long that took says nothing of reviews.</summary>
    public void Refused(bool mutates, int status)
    {
        var code = Array.IndexOf(Codes, status);
        Interlocked.Increment(ref failed[((mutates ? 1 : 0) * Codes.Length) + (code < 0 ? Codes.Length - 1 : code)]);
    }

    public void Shed(bool mutates) => Interlocked.Increment(ref shed[mutates ? 1 : 0]);

    public long JudgedAt(int route, int operation, int verdict, bool isDryRun) => Volatile.Read(ref judged[IndexOf(route, operation, verdict, isDryRun)]);

    public long FailedAt(int route, int code) => Volatile.Read(ref failed[(route * Codes.Length) + code]);

    public long ShedAt(int route) => Volatile.Read(ref shed[route]);

    public LatencyHistogram LatencyOf(int route) => latencies[route];

    private static int IndexOf(int route, int operation, int verdict, bool isDryRun) =>
        ((((route * Operations.Length) + operation) * Verdicts.Length) + verdict) * 2 + (isDryRun ? 1 : 0);
}
