using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>One run of git.</summary>
/// <param name="Args">Its arguments: the verb first. Whatever others named stands behind <c>--end-of-options</c> or <c>--</c>.</param>
internal sealed record GitRun(string Folder, IReadOnlyList<string> Args, TimeSpan Patience)
{
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Of its output; more ends the run.</summary>
    public long MostBytes { get; init; } = 64 << 20;

    /// <summary>The one transport that it may use, and lazily too; null for none.</summary>
    public string? Protocol { get; init; }

    public CredentialFiles? Credentials { get; init; }

    /// <summary>Where to note which process it is, for as long as it runs; null for no note.</summary>
    public string? Note { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>How it ended.</summary>
/// <param name="Bytes">Its output; of a run with credentials, secrets taken out.</param>
/// <param name="Error">All that it said, secrets taken out.</param>
internal sealed record GitEnd(int ExitCode, byte[] Bytes, string Error)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The fields of an output with <c>-z</c>.</summary>
    public string[] Fields => Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The command git for repositories that nobody vouches for: an environment of our own (no settings of the system or of
/// the user, no home), no hooks, no monitors, no filters, no prompts, one transport at most, a time after which the whole
/// tree of processes ends. No shell sees an argument.
/// </summary>
/// <param name="home">An empty folder of ours.</param>
/// <param name="searchPath">Where git and ssh are found; null for the PATH of this process.</param>
internal sealed class GitProgram(string home, string? searchPath = null)
{
    private const int MostErrorCharacters = 64 << 10;

    /// <summary>Older ones do not know all of the options that keep repositories from harm.</summary>
    private static readonly Version Oldest = new(2, 38);

    /// <summary>For what a repository, or whoever wrote to its clone, may have set.</summary>
    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "core.excludesFile=/dev/null", "core.pager=cat",
        "core.editor=false", "core.askPass=", "core.sshCommand=ssh", "core.symlinks=false", "core.protectHFS=true", "core.protectNTFS=true",
        "core.quotePath=false", "credential.helper=", "protocol.ext.allow=never", "submodule.recurse=false", "fetch.recurseSubmodules=false",
        "push.recurseSubmodules=no", "push.negotiate=true", "push.gpgSign=false", "push.followTags=false", "commit.gpgSign=false", "tag.gpgSign=false", "gc.auto=0", "maintenance.auto=false", "gc.autoDetach=false",
        "http.followRedirects=false", "http.lowSpeedLimit=100", "http.lowSpeedTime=60", "http.sslVerify=true", "http.emptyAuth=false",
        "fetch.writeCommitGraph=false", "advice.detachedHead=false", "i18n.commitEncoding=UTF-8", "i18n.logOutputEncoding=UTF-8",
        "fetch.unpackLimit=1", "transfer.bundleURI=false", "lfs.fetchexclude=*",
    ];

    /// <summary>What the world outside is reached by; the rest of our environment is nobody's business.</summary>
    private static readonly string[] Kept =
    [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "GIT_SSL_CAINFO", "TMPDIR", "TZ", "SystemRoot", "TEMP", "TMP",
    ];

    private readonly string path = string.Join(
        Path.PathSeparator, (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified));

    private bool isNewEnough;

    /// <summary>Asked once.</summary>
    /// <exception cref="GitException">There is no git, or an old one.</exception>
    public async Task CheckVersion(CancellationToken cancellationToken)
    {
        if (isNewEnough)
        {
            return;
        }

        var end = await Ask(new(home, ["version"], TimeSpan.FromSeconds(20)), cancellationToken);

        // git version 2.39.5 (Apple Git-154)
        var text = end.Text.TrimEnd().Split(' ').ElementAtOrDefault(2) ?? "";
        var numbers = text.Split('.');
        if (numbers.Length < 2 || !Version.TryParse($"{numbers[0]}.{numbers[1]}", out var version) || version < Oldest)
        {
            throw new GitException(GitProblem.Other, $"git {Printable.Of(text)} is too old; {Oldest} or later is wanted");
        }

        isNewEnough = true;
    }

    /// <summary>Runs it and returns its outcome, whatever that is.</summary>
    /// <exception cref="GitException">There is no git, it took too long, or it wrote too much.</exception>
    public async Task<GitEnd> Run(GitRun run, CancellationToken cancellationToken)
    {
        var secrets = run.Credentials?.Secrets ?? Secrets.None;
        var verb = $"git {run.Args[0]}";
        using var process = Start(Prepare(run));
        if (run.Note is { } note)
        {
            GitOrphan.Note(note, process);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(run.Patience);
        try
        {
            var input = Write(process, run.Input, late.Token);
            var error = ReadError(process, late.Token);
            var output = await ReadOutput(process, run.MostBytes, verb, late.Token);
            await input;
            var said = await error;
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, run.Credentials is null ? output : Encoding.UTF8.GetBytes(secrets.Scrub(Encoding.UTF8.GetString(output))), secrets.Scrub(said));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitException(GitProblem.Timeout, $"{verb} did not end within {run.Patience.TotalSeconds:0.###} seconds");
        }
        finally
        {
            End(process);
            if (run.Note is { } over)
            {
                File.Delete(over);
            }
        }
    }

    /// <summary>Runs it; anything but success is an exception.</summary>
    /// <exception cref="GitException">It failed.</exception>
    public async Task<GitEnd> Ask(GitRun run, CancellationToken cancellationToken)
    {
        var end = await Run(run, cancellationToken);
        return end.ExitCode == 0 ? end : throw new GitException(GitErrors.Read($"git {run.Args[0]}", end.Error));
    }

    private ProcessStartInfo Prepare(GitRun run)
    {
        var start = new ProcessStartInfo(Find())
        {
            WorkingDirectory = run.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] settings = [.. Settings, $"safe.directory={run.Folder}", .. run.Credentials?.Settings ?? []];
        foreach (var arg in (string[])["--no-pager", "--no-replace-objects", .. settings.SelectMany(setting => (string[])["-c", setting]), .. run.Args])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment.Clear();
        foreach (var name in Kept)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        (string Name, string Value)[] fixedValues =
        [
            ("PATH", path), ("HOME", home), ("XDG_CONFIG_HOME", home), ("LC_ALL", "C"), ("LANGUAGE", ""), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_ATTR_NOSYSTEM", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", ""), ("SSH_ASKPASS", ""), ("SSH_ASKPASS_REQUIRE", "never"),
            ("GIT_LFS_SKIP_SMUDGE", "1"), ("GIT_LITERAL_PATHSPECS", "1"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_CEILING_DIRECTORIES", Path.GetDirectoryName(run.Folder) ?? "/"),
            ("GIT_ALLOW_PROTOCOL", run.Protocol ?? "none"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_PROTOCOL_FROM_USER", "0"), ("GIT_EDITOR", "false"),
        ];
        foreach (var (name, value) in fixedValues)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in run.Credentials?.Environment ?? [])
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in run.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>From the full paths of the search path: never from the current folder.</summary>
    private string Find()
    {
        var name = OperatingSystem.IsWindows() ? "git.exe" : "git";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new GitException(GitProblem.Other, "the command git was not found on the PATH");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new GitException(GitProblem.Other, "git did not start");
        }
        catch (Win32Exception exception)
        {
            throw new GitException(GitProblem.Other, $"{start.FileName} cannot be run: {exception.Message}");
        }
    }

    private static async Task Write(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = process.StandardInput.BaseStream;
            await stream.WriteAsync(input, cancellationToken);
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code says why.
        }
    }

    private static async Task<byte[]> ReadOutput(Process process, long mostBytes, string verb, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int count; (count = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (output.Length + count > mostBytes)
            {
                throw new GitException(GitProblem.TooLarge, $"{verb} answered with more than {mostBytes} bytes");
            }

            output.Write(buffer, 0, count);
        }

        return output.ToArray();
    }

    private static async Task<string> ReadError(Process process, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await process.StandardError.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            // Read to the end, so that it never waits for us; kept up to a bound.
            text.Append(buffer, 0, Math.Min(count, MostErrorCharacters - text.Length));
        }

        return text.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit(5000);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended.
        }
    }
}
