using System.Text;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

/// <summary>A person's work tree, the bare repository it pushes to, a server before that, and a state directory of the bot's.</summary>
internal sealed class GitStage : IDisposable
{
    public static readonly GitIdentity Bot = new("selfheal", "bot@example.com");
    public static readonly BranchName Main = BranchName.Parse("main");
    public static readonly BranchName Fix = BranchName.Parse("selfheal/fix");
    public static readonly DateTimeOffset When = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public GitStage()
    {
        Person.Write("a.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n").Write("b.yaml", "b: 1\n").Commit();
        Person.Git("init", "--quiet", "--bare", "--initial-branch=main", Bare);
        Person.Git("-C", Bare, "config", "http.receivepack", "true");
        Person.Git("-C", Bare, "config", "uploadpack.allowFilter", "true");
        Person.Git("remote", "add", "origin", Bare);
        Push();
        Server = new(Folder.Root);
    }

    public GitFolder Person { get; } = new();

    public TempFolder Folder { get; } = new();

    public TempFolder State { get; } = new();

    public GitHttpServer Server { get; }

    public string Bare => Folder["shop.git"];

    public GitStage Push(string branch = "main")
    {
        Person.Git("push", "--quiet", "--force", "origin", $"HEAD:refs/heads/{branch}");
        return this;
    }

    /// <summary>A tree of the given lines, whatever they say; its hash.</summary>
    public string Tree(params string[] lines)
    {
        var outcome = SelfHeal.Execute("git", Person.Root, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), ["mktree"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome.Output.TrimEnd();
    }

    /// <summary>To the server's main branch.</summary>
    public void CommitTree(string tree) =>
        Person.Git("push", "--quiet", "--force", "origin", $"{Person.Git("commit-tree", tree, "-p", "HEAD", "-m", "x")}:refs/heads/main");

    public string? OnServer(string branch)
    {
        var line = Person.Git("ls-remote", Bare, $"refs/heads/{branch}");
        return line.Length == 0 ? null : line[..40];
    }

    /// <summary>Whether clones reach the bare repository by its path instead of by the server.</summary>
    public bool IsByPath { get; init; }

    public Task<Clone> Open(GitCredential? credential = null, GitLimits? limits = null, string state = "bot", string? searchPath = null) =>
        new CloneCache(State[state], TimeProvider.System, limits, searchPath)
            .Open(RemoteUrl.Parse(IsByPath ? $"file://{Bare}" : Server.Url("shop.git")), credential ?? new GitCredential.None(), CancellationToken.None);

    /// <summary>
    /// A search path on which the command git is a script of ours before it is git: in it, <c>"$real"</c> is git, and the
    /// arguments are in <c>"$@"</c>.
    /// </summary>
    public string Wrap(string script) => Wrap(Folder, script);

    public static string Wrap(TempFolder folder, string script)
    {
        var real = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "git")).First(File.Exists);
        folder.Write("wrap/git", $"#!/bin/sh\nreal='{real}'\n{script}\nexec \"$real\" \"$@\"\n");
        MakeProgram(folder["wrap/git"]);
        return $"{folder["wrap"]}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    public static void MakeProgram(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public static async Task<string> Fetched(Clone clone, BranchName branch) =>
        Assert.IsType<FetchOutcome.Fetched>(await clone.Fetch(branch, CancellationToken.None)).Commit;

    public static CommitRequest Request(string parent, string path, string? text, string message = "Fix it") => new(
        parent,
        new Dictionary<string, byte[]?> { [path] = text is null ? null : Encoding.UTF8.GetBytes(text) },
        message,
        Bot,
        When);

    public static async Task<string> Committed(Clone clone, CommitRequest request) =>
        Assert.IsType<CommitOutcome.Committed>(await clone.Commit(request, CancellationToken.None)).Commit;

    public void Dispose()
    {
        Server.Dispose();
        Person.Dispose();
        Folder.Dispose();
        State.Dispose();
    }
}
