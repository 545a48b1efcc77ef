using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

public sealed class HostileRepositoryTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

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

    /// <summary>Named by its path, it is a repository and no server: a git of ours writes to it, and runs nothing of it.</summary>
    [UnixFact]
    public async Task Programs_of_a_repository_on_this_machine_do_not_run()
    {
        using var stage = new GitStage { IsByPath = true };
        var trap = stage.Folder["trap"];
        var script = $"#!/bin/sh\necho \"$0\" >> {trap}\nexit 0\n";
        foreach (var hook in (string[])["pre-receive", "update", "post-receive", "post-update", "reference-transaction", "proc-receive", "push-to-checkout", "pre-auto-gc"])
        {
            foreach (var place in (string[])["shop.git/hooks", "elsewhere"])
            {
                stage.Folder.Write($"{place}/{hook}", script);
                GitStage.MakeProgram(stage.Folder[$"{place}/{hook}"]);
            }
        }

        stage.Folder.Write("program", script);
        GitStage.MakeProgram(stage.Folder["program"]);
        stage.Folder.Write("shop.git/objects/info/alternates", $"{Path.Combine(stage.Person.Root, ".git/objects")}\n");
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)[
            ("core.hooksPath", stage.Folder["elsewhere"]), ("core.alternateRefsCommand", stage.Folder["program"]), ("core.fsmonitor", stage.Folder["program"]),
            ("uploadpack.packObjectsHook", stage.Folder["program"]), ("gc.recentObjectsHook", stage.Folder["program"]), ("gc.auto", "1"),
            ("core.sshCommand", stage.Folder["program"])])
        {
            stage.Person.Git("-C", stage.Bare, "config", key, value);
        }

        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var commit = await GitStage.Committed(clone, GitStage.Request(main, "b.yaml", "b: 2\n"));
        Assert.Equal(new PushOutcome.Pushed(IsNew: true), await clone.Push(GitStage.Fix, commit, null, Never));
        Assert.Equal(commit, stage.OnServer("selfheal/fix"));
        Assert.Equal(new PushOutcome.Pushed(IsNew: false), await clone.Delete(GitStage.Fix, commit, Never));
        Assert.False(File.Exists(trap), File.Exists(trap) ? File.ReadAllText(trap) : "");
    }

    [UnixFact]
    public async Task A_branch_that_somebody_has_checked_out_is_not_changed_under_them()
    {
        using var stage = new GitStage();
        stage.Person.Git("config", "receive.denyCurrentBranch", "updateInstead");
        stage.Person.Git("checkout", "--quiet", "-b", "selfheal/fix");
        using var clone = await new CloneCache(stage.State["bot"], TimeProvider.System).Open(RemoteUrl.Parse(stage.Person.Root), new GitCredential.None(), Never);
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var commit = await GitStage.Committed(clone, GitStage.Request(main, "b.yaml", "b: 2\n"));
        Assert.False(Assert.IsType<PushOutcome.Failed>(await clone.Push(GitStage.Fix, commit, main, Never)).Failure.IsTransient);
        Assert.Equal("b: 1\n", stage.Person.Files.Read("b.yaml"));
    }

    /// <summary>Names that no client of git would write, and that a server passes on all the same.</summary>
    [UnixTheory]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData("git~1")]
    [InlineData(".g\u200Cit")]
    [InlineData(".git ")]
    [InlineData("..")]
    public async Task A_folder_that_some_file_system_takes_for_another_is_left_alone(string name)
    {
        using var stage = new GitStage();
        var blob = stage.Person.Git("rev-parse", "HEAD:b.yaml");
        var hooks = stage.Tree($"100755 blob {blob}\tpost-checkout");
        stage.CommitTree(stage.Tree($"100644 blob {blob}\tb.yaml", $"040000 tree {hooks}\t{name}"));
        using var clone = await stage.Open();
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var area = await clone.Materialize(GitStage.Main, main, "all", _ => true, Never);
        Assert.Equal($"{name}/post-checkout", Assert.Single(area.Refused).Path);
        Assert.Equal(["b.yaml"], Directory.EnumerateFileSystemEntries(area.Folder).Select(path => Path.GetFileName(path)));
        Assert.Equal($"{name}/post-checkout", Assert.IsType<CommitOutcome.Refused>(await clone.Commit(GitStage.Request(main, "b.yaml", "b: 2\n"), Never)).Path);
    }

    [UnixFact]
    public async Task A_name_that_is_two_things_or_too_long_stops_nothing_else()
    {
        using var stage = new GitStage();
        var blob = stage.Person.Git("rev-parse", "HEAD:b.yaml");
        var inner = stage.Tree($"100644 blob {blob}\tx.yaml");
        var deep = inner;
        for (var i = 0; i < 20; i++)
        {
            deep = stage.Tree($"040000 tree {deep}\t{new string('d', 200)}");
        }

        // In the order of git's own sorting, a folder as if its name ended in a slash.
        var wide = stage.Tree($"040000 tree {inner}\ty");
        stage.CommitTree(stage.Tree($"100644 blob {blob}\ta", $"040000 tree {wide}\ta", $"100644 blob {blob}\tb.yaml", $"040000 tree {deep}\td"));
        using var clone = await stage.Open();
        var area = await clone.Materialize(GitStage.Main, await GitStage.Fetched(clone, GitStage.Main), "all", _ => true, Never);
        Assert.Equal("b: 1\n", File.ReadAllText(Path.Combine(area.Folder, "b.yaml")));
        Assert.Equal(["on this file system another file has the same name", "the path is empty or too long"], area.Refused.Select(path => path.Reason).Order(StringComparer.Ordinal));
    }

    [UnixFact]
    public async Task A_small_tree_that_unfolds_into_a_great_many_files_is_an_error_and_not_a_wait()
    {
        using var stage = new GitStage();
        var tree = stage.Tree($"100644 blob {stage.Person.Git("rev-parse", "HEAD:b.yaml")}\tx.yaml");
        for (var i = 0; i < 6; i++)
        {
            tree = stage.Tree([.. Enumerable.Range(0, 10).Select(n => $"040000 tree {tree}\t{n}")]);
        }

        stage.CommitTree(tree);
        using var clone = await stage.Open(limits: new() { Files = 1000 });
        var main = await GitStage.Fetched(clone, GitStage.Main);
        var failure = (await Assert.ThrowsAsync<GitException>(() => clone.Tree(main, Never))).Failure;
        Assert.Equal((GitProblem.TooLarge, false), (failure.Problem, failure.IsTransient));
        await Assert.ThrowsAsync<GitException>(() => clone.Commit(GitStage.Request(main, "b.yaml", "x"), Never));
    }
}
