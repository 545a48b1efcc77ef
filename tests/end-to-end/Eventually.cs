namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>Waits for what another process does in its own time, and no longer than it may take.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> claim, Func<string> otherwise)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await claim())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Longest)
            {
                throw new TimeoutException(otherwise());
            }

            await Task.Delay(200);
        }
    }
}
