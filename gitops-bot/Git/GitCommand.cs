using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SelfHealGitOps.Bot.Git;

/// <summary>How a run of git ended.</summary>
/// <param name="Error">What it said of that, on one line.</param>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, string Error)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The fields of an output with <c>-z</c>.</summary>
    public string[] Fields => Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The command <c>git</c>, asked and never told: it prompts for nothing, runs no hook and no program that a repository
/// names for the occasion, and takes no lock. Arguments are lists; no shell sees them.
/// </summary>
internal static class GitCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Inside of a hook, these speak of the repository that the hook runs for, by paths relative to its root.</summary>
    private static readonly string[] OfAnotherRepository =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
        "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "LANGUAGE",
    ];

    /// <summary>Runs git in a folder to its end.</summary>
    /// <exception cref="IOException">There is no git, or it does not end.</exception>
    /// <param name="environment">On top of this process's own.</param>
    public static GitOutput Run(string folder, IEnumerable<string> args, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Find())
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var arg in (string[])["--no-pager", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.alternateRefsCommand=true", .. args])
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var name in OfAnotherRepository)
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_LITERAL_PATHSPECS"] = "1";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Run(start, input ?? []);
    }

    private static GitOutput Run(ProcessStartInfo start, byte[] input)
    {
        using var process = Start(start);
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();

        // Beside the reading: git writes before it has read everything.
        var writer = new Thread(() => Write(process.StandardInput.BaseStream, input)) { IsBackground = true };
        writer.Start();
        var isLate = false;
        using var timer = new Timer(
            _ =>
            {
                isLate = true;
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // It has just ended.
                }
            },
            null,
            Patience,
            Timeout.InfiniteTimeSpan);
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        writer.Join();
        return isLate
            ? throw new IOException($"git did not answer within {Patience.TotalSeconds} seconds")
            : new(process.ExitCode, output.ToArray(), OneLine(error.ToString()));
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException("git did not start");
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"{start.FileName} cannot be run: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// From the search path, and from there alone: left to itself, the framework would first take a file of that name in
    /// the current folder, which is the repository's.
    /// </summary>
    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "git.exe" : "git";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new IOException("the command git was not found; --since asks it what has changed");
    }

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
            // It ended without reading everything; its exit code says why.
        }
    }

    private static string OneLine(string error)
    {
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";
        return line.StartsWith("fatal: ", StringComparison.Ordinal) ? line["fatal: ".Length..] : line;
    }
}
