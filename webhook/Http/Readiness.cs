using System.Globalization;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>Whether the process wants to be asked: what it waits for, one reason a line.</summary>
internal sealed class Readiness(ProcessorQueue queue)
{
    /// <summary>
    /// Overload is mostly over by then. Whoever is overloaded for longer is better off without new connections for a while;
    /// those that are open go on being answered.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<(string Reason, Func<bool> IsDone)> conditions = [];
    private volatile bool isDraining;

    /// <summary>True from the first signal to end.</summary>
    public bool IsDraining => isDraining;

    /// <summary>Only while the process is put together.</summary>
    public void WaitFor(string reason, Func<bool> isDone) => conditions.Add((reason, isDone));

    public void Drain() => isDraining = true;

    /// <summary>Empty where it is ready.</summary>
    public IReadOnlyList<string> Reasons()
    {
        List<string> reasons = [.. conditions.Where(condition => !condition.IsDone()).Select(condition => condition.Reason)];
        if (isDraining)
        {
            reasons.Add("draining: the process is about to end");
        }

        if (queue.OverloadedFor > Patience)
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"overloaded: for {queue.OverloadedFor.TotalSeconds:0} s reviews have waited {queue.Wait.TotalMilliseconds:0} ms for a processor"));
        }

        return reasons;
    }

    public Task AnswerAsync(HttpContext context)
    {
        var reasons = Reasons();
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.StatusCode = reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(reasons.Count == 0 ? "ok\n" : string.Join('\n', reasons) + "\n");
    }
}
