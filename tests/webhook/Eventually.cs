using System.Diagnostics;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>Waits for what is to come, and fails where it does not: by a bound that only a hang reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static Task Async(Func<bool> isTrue) => Async(() => Task.FromResult(isTrue()));

    public static async Task Async(Func<Task<bool>> isTrue)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound, "it did not come true");
            await Task.Delay(10);
        }
    }
}
