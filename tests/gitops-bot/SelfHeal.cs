using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>The command as a process of its own, with the real streams, exit code and files.</summary>
internal static class SelfHeal
{
    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "selfheal.dll");

    public static Outcome Run(string folder, params string[] args) => Run(folder, "", args);

    public static Outcome Run(string folder, string input, string[] args) => RunBytes(folder, Encoding.UTF8.GetBytes(input), args);

    public static Outcome RunBytes(string folder, byte[] input, string[] args) => Execute("dotnet", folder, input, [Dll, .. args]);

    /// <summary>A line of bash in which <c>selfheal</c> is the command.</summary>
    public static Outcome Bash(string folder, string line) =>
        Execute("bash", folder, [], ["-c", $"selfheal() {{ dotnet '{Dll}' \"$@\"; }}\n{line}"]);

    public static Outcome Execute(string program, string folder, byte[] input, string[] args)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var writer = new Thread(() => Write(process.StandardInput.BaseStream, input)) { IsBackground = true };
        writer.Start();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', args)} did not end");
        }

        process.WaitForExit();
        writer.Join();
        return new(process.ExitCode, output.ToArray(), error.ToString().TrimEnd('\n'));
    }

    /// <summary>Beside the reading: a process may write before it has read everything, and need not read everything.</summary>
    private static void Write(Stream stream, byte[] input)
    {
        try
        {
            using (stream)
            {
                stream.Write(input);
            }
        }
        catch (IOException)
        {
        }
    }
}

/// <summary>How a process ended, and what it said.</summary>
internal sealed record Outcome(int ExitCode, byte[] Bytes, string Error)
{
    public string Output { get; } = Encoding.UTF8.GetString(Bytes);

    public JsonNode Json => JsonNode.Parse(Output)!;

    public IReadOnlyList<JsonNode> Findings => [.. Json["findings"]!.AsArray().Select(finding => finding!)];
}
