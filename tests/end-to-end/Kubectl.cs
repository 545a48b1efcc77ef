using System.Diagnostics;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>What kubectl printed.</summary>
internal sealed record KubectlResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>The command kubectl, as people run it.</summary>
internal static class Kubectl
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static Task<KubectlResult> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    public static Task<KubectlResult> ApplyAsync(string yaml, params string[] more) => RunAsync(yaml, ["apply", "-f", "-", .. more]);

    public static async Task<string> MustAsync(params string[] arguments)
    {
        var result = await RunAsync(null, arguments);
        return result.Succeeded ? result.Output : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {result.Error}");
    }

    public static async Task<KubectlResult> RunAsync(string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("kubectl does not start");
        using var deadline = new CancellationTokenSource(Longest);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new(process.ExitCode, await output, await error);
    }
}
