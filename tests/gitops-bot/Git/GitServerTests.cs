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

    /// <summary>What every process got and said, git's own children too, by git's own account.</summary>
    [UnixFact]
    public async Task A_secret_is_in_no_argument_environment_or_message()
    {
        using var stage = new GitStage();
        var path = stage.Wrap($"printf '%s\\n' \"$@\" >> '{stage.Folder["seen"]}'; env >> '{stage.Folder["seen"]}'\nexport GIT_TRACE2_EVENT='{stage.Folder["traced"]}'");
        stage.Folder.Write("shop.git/hooks/pre-receive", $"#!/bin/sh\necho 'you said {Secret}' >&2\nexit 1\n");
        GitStage.MakeProgram(stage.Folder["shop.git/hooks/pre-receive"]);
        stage.Server.Token = Secret;
        var said = new List<string>();
        using (var clone = await stage.Open(GitCredential.Token.Fixed(Secret), searchPath: path))
        {
            var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
            said.Add((await clone.Push(GitStage.Fix, commit, null, Never)).ToString());
            stage.Server.Body = $"you said {Secret} and {Uri.EscapeDataString(Secret)}";
            foreach (var status in (int[])[401, 403, 418, 500])
            {
                stage.Server.Status = status;
                said.Add((await clone.Fetch(GitStage.Main, Never)).ToString());
                said.Add((await clone.Push(GitStage.Fix, commit, null, Never)).ToString());
                said.Add((await clone.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, Never)).ToString());
                said.Add((await Assert.ThrowsAsync<GitException>(() => clone.DefaultBranch(Never))).ToString());
            }
        }

        said.Add(GitCredential.Token.Fixed(Secret).ToString());
        Assert.DoesNotContain(said, text => text.Contains("Pushed", StringComparison.Ordinal) || text.Contains("Fetched", StringComparison.Ordinal));
        said.Add(stage.Folder.Read("seen"));
        said.Add(stage.Folder.Read("traced"));
        Assert.Contains("git-remote-http", said[^1], StringComparison.Ordinal);
        Assert.Contains("store --file=", said[^1], StringComparison.Ordinal);
        string[] forms = [Secret, Secret.Replace("/", "\\/", StringComparison.Ordinal), Uri.EscapeDataString(Secret), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"x-access-token:{Secret}"))];
        Assert.DoesNotContain(said, text => forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)));
        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/credentials"]));
    }

    [UnixFact]
    public async Task An_old_git_is_refused_by_name()
    {
        using var stage = new GitStage();
        var path = stage.Wrap("for arg; do test \"$arg\" = version && { echo 'git version 2.30.2'; exit; }; done");
        var failure = (await Assert.ThrowsAsync<GitException>(() => stage.Open(searchPath: path))).Failure;
        Assert.Equal("git 2.30.2 is too old; 2.38 or later is wanted", failure.Message);
        var none = (await Assert.ThrowsAsync<GitException>(() => stage.Open(searchPath: stage.State.Root))).Failure;
        Assert.Equal((GitProblem.Other, "the command git was not found on the PATH"), (none.Problem, none.Message));
    }

    [UnixFact(Needs = "sshd")]
    public async Task Speaks_to_a_real_ssh_server_that_it_knows()
    {
        using var stage = new GitStage();
        using var server = new SshServer(stage.Folder);
        var remote = RemoteUrl.Parse($"ssh://{Environment.UserName}@127.0.0.1:{server.Port}{stage.Bare}");
        var cache = new CloneCache(stage.State["bot"], TimeProvider.System);
        using (var clone = await cache.Open(remote, server.Credential, Never))
        {
            var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
            Assert.Equal(new PushOutcome.Pushed(IsNew: true), await clone.Push(GitStage.Fix, commit, null, Never));
            Assert.Equal(commit, stage.OnServer("selfheal/fix"));
        }

        stage.Folder.Write("no hosts", "");
        using (var clone = await cache.Open(remote, server.Credential with { KnownHostsFile = stage.Folder["no hosts"] }, Never))
        {
            Assert.Equal(GitProblem.Trust, Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure.Problem);
        }

        using (var clone = await cache.Open(remote, server.Credential with { KeyFile = server.HostKey }, Never))
        {
            Assert.Equal(GitProblem.Authentication, Assert.IsType<FetchOutcome.Failed>(await clone.Fetch(GitStage.Main, Never)).Failure.Problem);
        }

        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/credentials"]));
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
        GitStage.MakeProgram(stage.Folder["bin/ssh"]);

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
        GitStage.MakeProgram(hook);

        using var clone = await stage.Open();
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        var failure = Assert.IsType<PushOutcome.Failed>(await clone.Push(GitStage.Fix, commit, null, Never)).Failure;
        Assert.Equal((GitProblem.Rejected, false), (failure.Problem, failure.IsTransient));
    }
}
