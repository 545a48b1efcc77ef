using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

public sealed class GitServerTests
{
    private const string Secret = "t0ken/with+odd=chars";

    private static readonly CancellationToken Never = CancellationToken.None;

    [UnixFact]
    public async Task A_token_opens_the_server_and_stays_nowhere()
    {
        using var stage = new GitStage();
        stage.Server.Token = Secret;
        var asked = 0;
        using var clone = await stage.Open(new GitCredential.Token(_ => ValueTask.FromResult(++asked > 0 ? Secret : "")));
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        Assert.IsType<PushOutcome.Pushed>(await clone.Push(GitStage.Fix, commit, null, Never));
        Assert.Equal(2, asked);
        Assert.DoesNotContain(stage.State.Names.Where(name => !name.EndsWith(".lock", StringComparison.Ordinal)), name => File.ReadAllText(stage.State[name]).Contains("t0ken", StringComparison.Ordinal));
        Assert.DoesNotContain(stage.Server.Requests, request => request.Contains("t0ken", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData(401, nameof(GitProblem.Authentication), false)]
    [InlineData(403, nameof(GitProblem.Authentication), false)]
    [InlineData(404, nameof(GitProblem.NotFound), false)]
    [InlineData(429, nameof(GitProblem.Server), true)]
    [InlineData(500, nameof(GitProblem.Server), true)]
    [InlineData(503, nameof(GitProblem.Server), true)]
    public async Task Tells_what_passes_from_what_lasts(int status, string problem, bool isTransient)
    {
        using var stage = new GitStage();
        using var clone = await stage.Open(GitCredential.Token.Fixed(Secret));
        stage.Server.Status = status;
        var failure = Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure;
        Assert.Equal((problem, isTransient), (failure.Problem.ToString(), failure.IsTransient));
        Assert.DoesNotContain("t0ken", failure.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_wrong_token_is_no_matter_of_trying_again()
    {
        using var stage = new GitStage();
        stage.Server.Token = Secret;
        using var clone = await stage.Open(GitCredential.Token.Fixed("wrong"));
        var failure = Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure;
        Assert.Equal(GitProblem.Authentication, failure.Problem);
    }

    [UnixFact]
    public async Task A_server_that_hangs_is_left_after_the_time_it_was_given()
    {
        using var stage = new GitStage();
        stage.Server.Hangs = true;
        using var clone = await stage.Open(GitCredential.Token.Fixed(Secret), new() { FetchPatience = TimeSpan.FromSeconds(1) });
        var failure = Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure;
        Assert.Equal((GitProblem.Timeout, true), (failure.Problem, failure.IsTransient));
        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/credentials"]));
    }

    [UnixFact]
    public async Task A_connection_that_breaks_leaves_a_clone_that_works()
    {
        using var stage = new GitStage();
        using var clone = await stage.Open();
        stage.Server.CutsAfter = 60;
        var failure = Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure;
        Assert.True(failure.IsTransient, failure.ToString());
        stage.Server.CutsAfter = null;
        await GitStage.Fetched(clone, GitStage.Main);
    }

    [UnixFact]
    public async Task Speaks_ssh_with_one_key_and_known_hosts()
    {
        using var stage = new GitStage();
        var log = stage.Folder["ssh.log"];
        stage.Folder.Write("key", "secret key").Write("known hosts", "").Write("bin/ssh", $"#!/bin/sh\necho \"$@\" >> '{log}'\nfor last; do :; done\nexec sh -c \"$last\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stage.Folder["bin/ssh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var cache = new CloneCache(stage.State["bot"], TimeProvider.System, null, $"{stage.Folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}");
        using var clone = await cache.Open(
            RemoteUrl.Parse($"ssh://git@git.example.com{stage.Bare}"), new GitCredential.SshKey(stage.Folder["key"], stage.Folder["known hosts"]), Never);
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        Assert.IsType<PushOutcome.Pushed>(await clone.Push(GitStage.Fix, commit, null, Never));
        var args = File.ReadAllText(log);
        Assert.Contains("StrictHostKeyChecking=yes", args, StringComparison.Ordinal);
        Assert.DoesNotContain("secret key", args, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/credentials"]));
    }

    [UnixFact]
    public async Task Follows_no_redirect()
    {
        using var stage = new GitStage();
        using var clone = await stage.Open(GitCredential.Token.Fixed(Secret));
        using var other = new SelfHealGitOps.Fakes.GitHttpServer(stage.Folder.Root);
        (stage.Server.Status, stage.Server.Location) = (302, other.Url("shop.git/info/refs?service=git-upload-pack"));
        Assert.False(Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure.IsTransient);
        Assert.Empty(other.Requests);
    }

    [UnixFact]
    public async Task A_hook_of_the_server_that_says_no_is_final()
    {
        using var stage = new GitStage();
        Directory.CreateDirectory(Path.Combine(stage.Bare, "hooks"));
        var hook = Path.Combine(stage.Bare, "hooks", "pre-receive");
        File.WriteAllText(hook, "#!/bin/sh\nexit 1\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        using var clone = await stage.Open();
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        var failure = Assert.IsType<PushOutcome.Failed>(await clone.Push(GitStage.Fix, commit, null, Never)).Failure;
        Assert.Equal((GitProblem.Rejected, false), (failure.Problem, failure.IsTransient));
    }

    [UnixFact]
    public async Task A_hostile_repository_does_nothing()
    {
        using var stage = new GitStage();
        var trap = stage.Folder["trap"];
        stage.Person.Files.Link("link", "/etc/passwd");
        stage.Person.Write(".gitattributes", "* filter=evil merge=evil diff=evil text eol=crlf\n")
            .Write(".gitconfig", $"[core]\n\tfsmonitor = touch {trap}\n\tsshCommand = touch {trap}\n[filter \"evil\"]\n\tsmudge = touch {trap}\n")
            .Write(".gitmodules", $"[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c 'touch {trap}'\n\tupdate = !touch {trap}\n")
            .Write("large.yaml", new string('x', 5000))
            .Write("-option.yaml", "o: 1\n");
        stage.Person.Git("add", "--all");
        stage.Person.Git("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},x");
        stage.Person.Git("commit", "--quiet", "--message=x");
        stage.Push();
        stage.Push("--upload-pack=touch");
        using var clone = await stage.Open(limits: new() { FileBytes = 4096 });
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var area = await clone.Materialize(GitStage.Main, main, "all", _ => true, Never);
        Assert.Equal(
            ["large.yaml: larger than 4096 bytes", "link: a symbolic link", "x: a submodule"],
            area.Refused.Select(refused => $"{refused.Path}: {refused.Reason}").Order(StringComparer.Ordinal));
        Assert.Equal("b: 1\n", File.ReadAllText(Path.Combine(area.Folder, "b.yaml")));
        var commit = await GitStage.Committed(clone, GitStage.Request(main, "b.yaml", "b: 2\n"));
        Assert.IsType<PushOutcome.Pushed>(await clone.Push(GitStage.Fix, commit, null, Never));
        Assert.Equal("-option.yaml\nb.yaml", string.Join('\n', (await clone.Read(commit, ["-option.yaml", "b.yaml", "link", "large.yaml"], Never)).Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(new CommitOutcome.Refused("n.yaml", "larger than 4096 bytes"), await clone.Commit(GitStage.Request(main, "n.yaml", new string('x', 4097)), Never));
        Assert.False(File.Exists(trap));
    }
}
