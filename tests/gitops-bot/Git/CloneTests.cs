using System.Text;
using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

public sealed class CloneTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fetches_the_last_commit_first_and_then_what_changed(bool isByPath)
    {
        using var stage = new GitStage { IsByPath = isByPath };
        stage.Person.Write("c.yaml", "c: 1\n").Commit();
        stage.Push();
        string first;
        using (var clone = await stage.Open())
        {
            first = await GitStage.Fetched(clone, GitStage.Main);
            Assert.Equal(stage.OnServer("main"), first);
            Assert.Equal(GitStage.Main, await clone.DefaultBranch(Never));
            Assert.Single(File.ReadAllLines(Directory.EnumerateFiles(stage.State.Root, "shallow", SearchOption.AllDirectories).Single()));
            Assert.IsType<FetchOutcome.Absent>(await clone.Fetch(GitStage.Fix, Never));
            var area = await clone.Materialize(GitStage.Main, first, "all", _ => true, Never);
            Assert.Null(area.Changed);
            Assert.Equal(["a.yaml", "b.yaml", "c.yaml"], Files(area));
        }

        stage.Person.Write("b.yaml", "b: 2\n").Delete("c.yaml").Write("c.yaml/d.yaml", "d: 1\n").Commit();
        stage.Push();
        using var again = await stage.Open();
        var second = await GitStage.Fetched(again, GitStage.Main);
        var changes = await again.Changes(first, second, Never);
        Assert.Equal(["b.yaml", "c.yaml", "c.yaml/d.yaml"], changes!.Select(change => change.Path));
        Assert.Null(await again.Changes(new string('1', 40), second, Never));
        var next = await again.Materialize(GitStage.Main, second, "all", _ => true, Never);
        Assert.Equal(["b.yaml", "c.yaml", "c.yaml/d.yaml"], next.Changed);
        Assert.Equal(["a.yaml", "b.yaml", "c.yaml/d.yaml"], Files(next));
        Assert.Equal("b: 2\n", File.ReadAllText(Path.Combine(next.Folder, "b.yaml")));
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commits_the_given_bytes_and_nothing_else(bool isByPath)
    {
        using var stage = new GitStage { IsByPath = isByPath };
        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var request = GitStage.Request(main, "b.yaml", "b: 2\r\n") with { Trailers = ["Selfheal-Run: 7"] };
        var commit = await GitStage.Committed(clone, request);
        Assert.Equal(commit, await GitStage.Committed(clone, request));
        Assert.Equal(new PushOutcome.Pushed(IsNew: true), await clone.Push(GitStage.Fix, commit, null, Never));
        Assert.Equal(commit, stage.OnServer("selfheal/fix"));
        stage.Person.Git("fetch", "--quiet", "origin", "selfheal/fix");
        Assert.Equal("b.yaml", stage.Person.Git("diff", "--name-only", main, commit));
        Assert.Equal("b: 2\r", stage.Person.Git("show", $"{commit}:b.yaml"));
        Assert.Equal(
            "selfheal|bot@example.com|1800000000|selfheal|bot@example.com|1800000000|Fix it\n\nSelfheal-Run: 7\nSigned-off-by: selfheal <bot@example.com>",
            stage.Person.Git("log", "-1", "--format=%an|%ae|%at|%cn|%ce|%ct|%B", commit).TrimEnd());
        Assert.IsType<CommitOutcome.Unchanged>(await clone.Commit(GitStage.Request(main, "b.yaml", "b: 1\n"), Never));
        Assert.IsType<CommitOutcome.Unchanged>(await clone.Commit(GitStage.Request(main, "none.yaml", null), Never));
        var gone = await GitStage.Committed(clone, GitStage.Request(main, "b.yaml", null));
        Assert.Equal(["a.yaml"], (await clone.Tree(gone, Never)).Files.Select(file => file.Path));
        Assert.Equal(new PushOutcome.Pushed(IsNew: false), await clone.Delete(GitStage.Fix, commit, Never));
        Assert.Null(stage.OnServer("selfheal/fix"));
        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/temporary"], "*", SearchOption.AllDirectories));
    }

    [UnixFact]
    public async Task Refuses_a_path_that_is_no_plain_file()
    {
        using var stage = new GitStage();
        stage.Person.Files.Link("link", "/etc");
        stage.Person.Commit();
        stage.Push();
        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        string[] paths =
        [
            "../x.yaml", "/x.yaml", "a//b.yaml", ".git/config", "x/.GiT/hooks/post-checkout", "x/git~1/config", "x/.g\u200Dit/config", "x/.git. /config",
            "x\n.yaml", "x\\y.yaml", "", "a.yaml/b.yaml", "link/b.yaml", "link",
        ];
        foreach (var path in paths)
        {
            Assert.True(await clone.Commit(GitStage.Request(main, path, "x"), Never) is CommitOutcome.Refused, path);
        }
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pushes_only_from_where_the_branch_is_expected(bool isByPath)
    {
        using var stage = new GitStage { IsByPath = isByPath };
        using var one = await stage.Open(state: "one");
        using var two = await stage.Open(state: "two");
        var main = await GitStage.Fetched(one, GitStage.Main);
        await GitStage.Fetched(two, GitStage.Main);
        var first = await GitStage.Committed(one, GitStage.Request(main, "b.yaml", "b: 2\n"));
        var second = await GitStage.Committed(two, GitStage.Request(main, "b.yaml", "b: 3\n"));
        var claims = await Task.WhenAll(one.Push(GitStage.Fix, first, null, Never), two.Push(GitStage.Fix, second, null, Never));
        Assert.Single(claims, claim => claim is PushOutcome.Pushed { IsNew: true });
        var winner = stage.OnServer("selfheal/fix");
        Assert.Contains(new PushOutcome.Moved(winner), claims);
        Assert.Equal(winner, claims[0] is PushOutcome.Pushed ? first : second);

        var third = await GitStage.Committed(one, GitStage.Request(main, "b.yaml", "b: 4\n"));
        var fourth = await GitStage.Committed(two, GitStage.Request(main, "b.yaml", "b: 5\n"));
        var updates = await Task.WhenAll(one.Push(GitStage.Fix, third, winner, Never), two.Push(GitStage.Fix, fourth, winner, Never));
        Assert.Single(updates, update => update is PushOutcome.Pushed { IsNew: false });
        Assert.Single(updates, update => update is PushOutcome.Moved);
        Assert.IsType<PushOutcome.Moved>(await one.Delete(GitStage.Fix, main, Never));
    }

    [UnixFact]
    public async Task A_push_whose_answer_was_lost_is_found_to_be_there()
    {
        using var stage = new GitStage();
        using var clone = await stage.Open();
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        stage.Server.LosesAnswers = true;
        var lost = Assert.IsType<PushOutcome.Failed>(await clone.Push(GitStage.Fix, commit, null, Never));
        Assert.True(lost.Failure.IsTransient, lost.Failure.ToString());
        stage.Server.LosesAnswers = false;
        Assert.IsType<PushOutcome.AlreadyThere>(await clone.Push(GitStage.Fix, commit, null, Never));
    }

    [UnixFact]
    public async Task Rebases_without_taking_anything_back()
    {
        using var stage = new GitStage();
        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var commit = await GitStage.Committed(clone, GitStage.Request(main, "a.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n"));
        await clone.Push(GitStage.Fix, commit, null, Never);
        var ours = await Ours(clone);
        Assert.Equal([commit], ours.Commits);
        Assert.IsType<RebaseOutcome.Current>(await clone.Rebase(ours, GitStage.Bot, GitStage.When, Never));

        stage.Person.Write("b.yaml", "b: 9\n").Commit();
        stage.Person.Write("a.yaml", "one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n").Commit();
        stage.Push();
        var rebased = Assert.IsType<RebaseOutcome.Rebased>(await clone.Rebase(await Ours(clone), GitStage.Bot, GitStage.When, Never));
        Assert.Equal(["a.yaml"], rebased.Merged);
        var files = await clone.Read(rebased.Commit, ["a.yaml", "b.yaml"], Never);
        Assert.Equal("one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n", Encoding.UTF8.GetString(files["a.yaml"].Span));
        Assert.Equal("b: 9\n", Encoding.UTF8.GetString(files["b.yaml"].Span));
        Assert.Equal(commit, stage.OnServer("selfheal/fix"));
        Assert.Equal(new PushOutcome.Pushed(IsNew: false), await clone.Push(GitStage.Fix, rebased.Commit, commit, Never));

        stage.Person.Write("a.yaml", "one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 7\n").Commit();
        stage.Push();
        var conflict = Assert.IsType<RebaseOutcome.Conflict>(await clone.Rebase(await Ours(clone), GitStage.Bot, GitStage.When, Never));
        Assert.Equal(["a.yaml"], conflict.Paths);
        stage.Person.Write("a.yaml", "one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n").Commit();
        stage.Push();
        Assert.IsType<RebaseOutcome.Emptied>(await clone.Rebase(await Ours(clone), GitStage.Bot, GitStage.When, Never));
    }

    [UnixTheory]
    [InlineData("test", "test@example.com", "test", "test@example.com")]
    [InlineData("selfheal", "bot@example.com", "test", "test@example.com")]
    [InlineData("test", "test@example.com", "selfheal", "bot@example.com")]
    [InlineData("selfheal", "else@example.com", "selfheal", "bot@example.com")]
    public async Task A_commit_by_somebody_else_means_hands_off(string author, string authorEmail, string committer, string committerEmail)
    {
        using var stage = new GitStage();
        using var clone = await stage.Open();
        Assert.IsType<BranchState.Absent>(await clone.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, Never));
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        await clone.Push(GitStage.Fix, commit, null, Never);
        stage.Person.Git("fetch", "--quiet", "origin", "selfheal/fix");
        stage.Person.Git("checkout", "--quiet", "--detach", commit);
        stage.Person.Git("-c", $"user.name={committer}", "-c", $"user.email={committerEmail}", "commit", "--quiet", "--allow-empty", "--message=x", $"--author={author} <{authorEmail}>");
        stage.Push("selfheal/fix");
        Assert.IsType<BranchState.Foreign>(await clone.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, Never));

        // Under a commit of the bot's, too.
        var top = await GitStage.Committed(clone, GitStage.Request(stage.OnServer("selfheal/fix")!, "b.yaml", "b: 3\n"));
        await clone.Push(GitStage.Fix, top, stage.OnServer("selfheal/fix"), Never);
        using var other = await stage.Open(state: "other");
        Assert.IsType<BranchState.Foreign>(await other.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, Never));
    }

    [UnixFact]
    public async Task What_a_killed_process_left_is_in_nobodys_way()
    {
        using var stage = new GitStage();
        string first;
        using (var clone = await stage.Open())
        {
            first = await GitStage.Fetched(clone, GitStage.Main);
            await clone.Materialize(GitStage.Main, first, "all", _ => true, Never);
        }

        var bare = Directory.EnumerateDirectories(stage.State["bot/git/clones"]).Single();
        File.WriteAllText(Path.Combine(bare, "shallow.lock"), "");
        File.WriteAllText(Path.Combine(bare, "config.lock"), "");
        File.WriteAllText(Path.Combine(bare, "objects/pack/tmp_pack_x"), "half");
        File.WriteAllText(stage.State["bot/git/credentials/left"], "secret");
        var area = Directory.EnumerateDirectories(Directory.EnumerateDirectories(stage.State["bot/git/work"]).Single()).Single();
        File.Delete(Path.Combine(area, "commit"));
        File.WriteAllText(Path.Combine(area, "files/b.yaml"), "half");
        stage.Person.Write("c.yaml", "c: 1\n").Commit();
        stage.Push();
        using var again = await stage.Open();
        Assert.Empty(Directory.EnumerateFiles(stage.State["bot/git/credentials"]));
        var second = await GitStage.Fetched(again, GitStage.Main);
        var next = await again.Materialize(GitStage.Main, second, "all", _ => true, Never);
        Assert.Null(next.Changed);
        Assert.Equal("b: 1\n", File.ReadAllText(Path.Combine(next.Folder, "b.yaml")));
    }

    [UnixFact]
    public async Task What_somebody_did_to_the_files_of_a_work_area_is_undone()
    {
        using var stage = new GitStage();
        stage.Person.Write("deep/c.yaml", "c: 1\n").Write("d.yaml", "d: 1\n").Commit();
        stage.Push();
        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var area = await clone.Materialize(GitStage.Main, main, "all", _ => true, Never);
        Assert.Null(area.Changed);
        Assert.Equal([], (await clone.Materialize(GitStage.Main, main, "all", _ => true, Never)).Changed!);
        File.Delete(Path.Combine(area.Folder, "b.yaml"));
        Directory.Delete(Path.Combine(area.Folder, "deep"), recursive: true);
        File.WriteAllText(Path.Combine(area.Folder, "a.yaml"), "one");
        File.Delete(Path.Combine(area.Folder, "d.yaml"));
        File.CreateSymbolicLink(Path.Combine(area.Folder, "d.yaml"), "nowhere");
        File.WriteAllText(Path.Combine(area.Folder, "stray.yaml"), "mine");
        Directory.CreateSymbolicLink(Path.Combine(area.Folder, "away"), "/etc");
        var again = await clone.Materialize(GitStage.Main, main, "all", _ => true, Never);
        Assert.Equal(["a.yaml", "away", "b.yaml", "d.yaml", "deep/c.yaml", "stray.yaml"], again.Changed!);
        Assert.Equal(["a.yaml", "b.yaml", "d.yaml", "deep/c.yaml"], Files(again));
        Assert.Equal(("b: 1\n", "c: 1\n", "d: 1\n"), (File.ReadAllText(Path.Combine(area.Folder, "b.yaml")), File.ReadAllText(Path.Combine(area.Folder, "deep/c.yaml")), File.ReadAllText(Path.Combine(area.Folder, "d.yaml"))));
        Assert.StartsWith("one: 1\n", File.ReadAllText(Path.Combine(area.Folder, "a.yaml")), StringComparison.Ordinal);
        Assert.True(File.Exists("/etc/passwd"));
    }

    /// <summary>Not every server leaves large files out; whoever asks again is told again.</summary>
    [UnixFact]
    public async Task What_is_too_large_is_refused_in_a_later_pass_too()
    {
        using var stage = new GitStage();
        stage.Person.Write("large.yaml", new string('x', 5000)).Commit();
        stage.Person.Git("-C", stage.Bare, "config", "uploadpack.allowFilter", "false");
        stage.Push();
        using var clone = await stage.Open(limits: new() { FileBytes = 4096 });
        var main = await GitStage.Fetched(clone, GitStage.Main);
        foreach (var changed in (int?[])[null, 0])
        {
            var area = await clone.Materialize(GitStage.Main, main, "all", _ => true, Never);
            Assert.Equal(changed, area.Changed?.Count);
            Assert.Equal(("large.yaml", "larger than 4096 bytes"), (Assert.Single(area.Refused).Path, area.Refused[0].Reason));
        }
    }

    [UnixTheory]
    [InlineData("config", "")]
    [InlineData("config", "[core\n")]
    [InlineData("HEAD", null)]
    [InlineData("refs", null)]
    [InlineData("packed-refs", "nonsense\n")]
    [InlineData("refs/selfheal", "")]
    public async Task A_clone_whose_settings_or_branches_are_destroyed_is_made_anew(string name, string? text)
    {
        using var stage = new GitStage { IsByPath = true };
        string main;
        using (var clone = await stage.Open())
        {
            main = await GitStage.Fetched(clone, GitStage.Main);
        }

        var place = Path.Combine(Directory.EnumerateDirectories(stage.State["bot/git/clones"]).Single(), name);
        if (name == "refs/selfheal")
        {
            File.WriteAllText(Directory.EnumerateFiles(place).Single(), text);
        }
        else if (text is not null)
        {
            File.WriteAllText(place, text);
        }
        else if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
        else
        {
            File.Delete(place);
        }

        using var again = await stage.Open();
        Assert.Equal(GitStage.Main, await again.DefaultBranch(Never));
        Assert.Equal(main, await GitStage.Fetched(again, GitStage.Main));
        Assert.Equal(2, (await again.Tree(main, Never)).Files.Count);
        Assert.IsType<PushOutcome.Pushed>(await again.Push(GitStage.Fix, await GitStage.Committed(again, GitStage.Request(main, "b.yaml", "b: 2\n")), null, Never));
    }

    [UnixTheory]
    [InlineData("selfheal", "selfheal/fix")]
    [InlineData("selfheal/fix/more", "selfheal/fix")]
    public async Task A_branch_that_leaves_no_room_for_another_is_named(string there, string wanted)
    {
        using var stage = new GitStage();
        stage.Push(there);
        using var clone = await stage.Open();
        var commit = await GitStage.Committed(clone, GitStage.Request(await GitStage.Fetched(clone, GitStage.Main), "b.yaml", "b: 2\n"));
        var failure = Assert.IsType<PushOutcome.Failed>(await clone.Push(BranchName.Parse(wanted), commit, null, Never)).Failure;
        Assert.False(failure.IsTransient);
        Assert.Contains($"there is a branch {there}, and beside it git can have no {wanted}; rename it", failure.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_detached_head_is_no_repository_without_branches()
    {
        using var stage = new GitStage();
        stage.Person.Git("checkout", "--quiet", "--detach");
        using var clone = await new CloneCache(stage.State["bot"], TimeProvider.System).Open(RemoteUrl.Parse(stage.Person.Root), new GitCredential.None(), Never);
        var exception = await Assert.ThrowsAsync<GitException>(() => clone.DefaultBranch(Never));
        Assert.Contains("its HEAD is detached", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--base BRANCH", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_clone_that_lost_something_is_made_anew()
    {
        using var stage = new GitStage();
        string main;
        using (var clone = await stage.Open())
        {
            main = await GitStage.Fetched(clone, GitStage.Main);
        }

        var bare = Directory.EnumerateDirectories(stage.State["bot/git/clones"]).Single();
        foreach (var pack in Directory.EnumerateFiles(Path.Combine(bare, "objects/pack"), "*.pack").ToArray())
        {
            File.SetAttributes(pack, FileAttributes.Normal);
            File.WriteAllText(pack, "");
        }

        using (var clone = await stage.Open())
        {
            Assert.True((await Assert.ThrowsAsync<GitException>(() => clone.Tree(main, Never))).Failure.IsTransient);
        }

        using (var clone = await stage.Open())
        {
            Assert.Equal(main, await GitStage.Fetched(clone, GitStage.Main));
            Assert.Equal(2, (await clone.Tree(main, Never)).Files.Count);
        }

        File.WriteAllText(Path.Combine(bare, "HEAD"), "");
        using var again = await stage.Open();
        Assert.Equal(main, await GitStage.Fetched(again, GitStage.Main));
        Assert.Equal(2, (await again.Tree(main, Never)).Files.Count);
    }

    [UnixFact]
    public async Task Fetches_no_more_of_the_past_for_a_second_branch()
    {
        using var stage = new GitStage();
        for (var i = 0; i < 60; i++)
        {
            stage.Person.Git("commit", "--quiet", "--allow-empty", "--message=x");
        }

        stage.Push("selfheal/fix");
        stage.Person.Write("b.yaml", "b: 2\n").Commit();
        stage.Push();
        using var clone = await stage.Open();
        await GitStage.Fetched(clone, GitStage.Main);
        await GitStage.Fetched(clone, GitStage.Fix);
        var bare = Directory.EnumerateDirectories(stage.State["bot/git/clones"]).Single();
        Assert.Equal("51", stage.Person.Git("-C", bare, "rev-list", "--count", "--all"));
        Assert.Empty((await Ours(clone)).Commits);
    }

    [UnixFact]
    public async Task Pushes_beside_a_file_that_is_not_here_though_the_base_has_moved()
    {
        using var stage = new GitStage();
        stage.Person.Write("large", new string('x', 5000)).Commit();
        stage.Push();
        using var clone = await stage.Open(limits: new() { FileBytes = 4096 });
        var main = await GitStage.Fetched(clone, GitStage.Main);
        Assert.Equal("large", Assert.Single((await clone.Tree(main, Never)).Refused).Path);
        var commit = await GitStage.Committed(clone, GitStage.Request(main, "b.yaml", "b: 2\n"));
        stage.Person.Write("b.yaml", "b: 3\n").Commit();
        stage.Push();
        Assert.Equal(new PushOutcome.Pushed(IsNew: true), await clone.Push(GitStage.Fix, commit, null, Never));
    }

    private static async Task<BranchState.Ours> Ours(Clone clone) =>
        Assert.IsType<BranchState.Ours>(await clone.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, Never));

    private static IEnumerable<string> Files(WorkArea area) => Directory.EnumerateFiles(area.Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(area.Folder, path)).Order(StringComparer.Ordinal);
}
