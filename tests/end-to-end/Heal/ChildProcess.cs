using System.Diagnostics;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>How a process ended, and what it said.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>The commands selfheal and git, as people run them.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static Task<ProcessResult> SelfhealAsync(string folder, params string[] arguments) =>
        RunAsync("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "selfheal.dll"), .. arguments]);

    /// <summary>A command as somebody would type it.</summary>
    public static async Task<string> ShellAsync(string folder, string command)
    {
        var result = await RunAsync("sh", folder, ["-c", command]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{command}: {result.Error}");
    }

    public static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var result = await RunAsync("git", folder, ["-c", "user.name=somebody", "-c", "user.email=somebody@example.invalid", .. arguments]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"git {arguments[0]}: {result.Error}");
    }

    private static async Task<ProcessResult> RunAsync(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        using var deadline = new CancellationTokenSource(Longest);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} does not end");
        }

        return new(process.ExitCode, await output, await error);
    }
}
