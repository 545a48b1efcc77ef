using System.Globalization;
using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>People who apply good and bad objects all the while.</summary>
internal static class Load
{
    /// <returns>What came back that was neither admitted nor refused by a rule.</returns>
    public static async Task<List<string>> DuringAsync(string @namespace, Func<Task> disturb)
    {
        using var over = new CancellationTokenSource();
        var failed = new List<string>();
        var requests = 0;
        var load = Enumerable.Range(0, 3).Select(async worker =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"load-{worker}-{i}");
                var isBad = i % 2 == 1;
                var result = await Kubectl.ApplyAsync(isBad ? Workloads.Privileged(@namespace, name) : Workloads.Compliant(@namespace, name), "--dry-run=server");
                Interlocked.Increment(ref requests);
                if (isBad ? !result.Error.Contains("selfheal: ", StringComparison.Ordinal) : !result.Succeeded)
                {
                    lock (failed)
                    {
                        failed.Add(result.Error);
                    }
                }
            }
        }).ToList();
        try
        {
            await disturb();
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(load);
        }

        Assert.True(requests > 3, "there was no load");
        return failed;
    }
}
