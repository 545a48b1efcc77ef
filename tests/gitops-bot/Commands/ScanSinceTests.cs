using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanSinceTests
{
    private static readonly string[] Rules = ["--rules", $"{Samples.ReviewRule},{Samples.SafeRule},latest-tag"];

    [Fact]
    public void Reports_the_object_that_has_changed_and_not_its_neighbours()
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a", "b", "c")).Write("other.yaml", Pods("d")).Commit();
        git.Write("web.yaml", Pods("a", "b", "c").Replace("name: b #", "name: b # changed", StringComparison.Ordinal));

        var outcome = Scan(git.Root, "--since", "HEAD", "-o", "json");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(["b"], Names(outcome));
        var since = outcome.Json["summary"]!["since"]!;
        Assert.Equal(("HEAD", git.Git("rev-parse", "HEAD"), 1, 3), ((string)since["ref"]!, (string)since["base"]!, (int)since["changedFiles"]!, (int)since["leftOut"]!));
        Assert.Equal(2, (int)outcome.Json["summary"]!["files"]!);
        Assert.EndsWith($"since HEAD ({git.Git("rev-parse", "HEAD")[..12]}): 1 changed file; left out what they do not touch: 3 findings\n", Scan(git.Root, "--since", "HEAD").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_out_what_is_exempt_in_objects_that_have_not_changed()
    {
        using var git = new GitFolder();
        foreach (var name in (string[])["a", "b"])
        {
            git.Write($"{name}.yaml", Samples.LatestPod.Replace("web", name, StringComparison.Ordinal));
            Assert.Equal(0, SelfHeal.Run(git.Root, "exempt", "latest-tag", $"Pod/{name}", "--owner", "o", "--reason", "r", "--days", "30").ExitCode);
        }

        git.Commit();
        git.Write("b.yaml", git.Files.Read("b.yaml") + "# changed\n");

        var outcome = SelfHeal.Run(git.Root, "scan", "--rules", "latest-tag", "--since", "HEAD", "-o", "json");

        Assert.Equal(["b.yaml"], outcome.Json["exempted"]!.AsArray().Select(exempted => (string)exempted!["file"]!));
        Assert.Equal(1, (int)outcome.Json["summary"]!["exempted"]!);
        Assert.Equal(0, (int)outcome.Json["summary"]!["since"]!["leftOut"]!);
    }

    [Fact]
    public void Says_nothing_of_a_change_that_touches_no_finding()
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a", "b")).Commit();
        git.Write("web.yaml", "# a comment of nobody's\n" + Pods("a", "b") + Clean("c")).Write("values.yaml", "a: 1\n");

        var outcome = Scan(git.Root, "--since", "HEAD", "-o", "json", "-o", "junit=j.xml");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Findings);
        Assert.DoesNotContain("web.yaml", git.Files.Read("j.xml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_touched_by_a_line_that_is_gone_inside_of_it_and_not_by_a_neighbour_that_is_gone()
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a", "b", "c", "d")).Commit();
        git.Write("web.yaml", Pods("a", "b", "d").Replace("  # last of d\n", "", StringComparison.Ordinal));

        Assert.Equal(["d"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
    }

    [Fact]
    public void Sees_staged_and_unstaged_and_untracked_files_and_commits_of_the_branch()
    {
        using var git = new GitFolder().Write("a.yaml", Pods("a")).Write("b.yaml", Pods("b")).Write("c.yaml", Pods("c")).Write("d.yaml", Pods("d"))
            .Write(".gitignore", "ignored.yaml\n").Commit();
        git.Git("checkout", "--quiet", "-b", "feature");
        git.Write("a.yaml", Pods("a2")).Commit();
        git.Git("checkout", "--quiet", "main");
        git.Write("d.yaml", Pods("d-of-main")).Commit();
        git.Git("checkout", "--quiet", "feature");
        git.Write("b.yaml", Pods("b2")).Git("add", "b.yaml");
        git.Write("c.yaml", Pods("c2")).Write("new.yaml", Pods("new")).Write("ignored.yaml", Pods("ignored"));

        Assert.Equal(["a2", "b2", "c2", "new"], Names(Scan(git.Root, "--since", "main", "-o", "json")));
        Assert.Equal(["b2", "c2", "new"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
        Assert.Equal(["a2", "b2", "c2", "new"], Names(Scan(git.Root, "--since", "HEAD~1", "-o", "json")));
    }

    [Fact]
    public void Follows_renames()
    {
        var three = Pods("a", "b", "c");
        using var git = new GitFolder().Write("old.yaml", three).Write("moved.yaml", Pods("d")).Write("again.yaml", Pods("e")).Commit();
        git.Write("x/new.yaml", three.Replace("name: b #", "name: b # changed", StringComparison.Ordinal)).Delete("old.yaml").Git("add", "--all");
        git.Delete("moved.yaml").Write("untracked.yaml", Pods("d"));
        git.Git("rm", "--quiet", "--cached", "again.yaml");

        var outcome = Scan(git.Root, "--since", "HEAD", "-o", "json");

        Assert.Equal(["b"], Names(outcome));
        Assert.Equal("x/new.yaml", (string)outcome.Findings[0]["file"]!);
    }

    [Fact]
    public void Compares_the_items_of_a_list()
    {
        const string Head = "apiVersion: v1\nkind: List\nitems:\n";
        static string Item(string name) => "- " + Pods(name)[4..].TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal) + "\n";
        using var git = new GitFolder().Write("list.yaml", Head + Item("a") + Item("b") + Item("c")).Commit();
        git.Write("list.yaml", Head + Item("new") + Item("a") + Item("b").Replace("# it", "# changed", StringComparison.Ordinal) + Item("c"));

        Assert.Equal(["new", "b"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public void Takes_line_endings_for_no_change(string autocrlf)
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a", "b")).Commit();
        git.Git("config", "core.autocrlf", autocrlf);
        git.Write("web.yaml", Samples.Crlf(Pods("a", "b2")));

        Assert.Equal(["b2"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
    }

    [Fact]
    public void Takes_part_of_a_repository_and_files_by_name()
    {
        using var git = new GitFolder().Write("k8s/apps/a.yaml", Pods("a")).Write("k8s/b.yaml", Pods("b")).Write("c.yaml", Pods("c")).Commit();
        git.Write("k8s/apps/a.yaml", Pods("a2")).Write("k8s/b.yaml", Pods("b2")).Write("c.yaml", Pods("c2")).Delete("c.yaml");

        Assert.Equal(["a2", "b2"], Names(Scan(git.Root, "k8s", "--since", "HEAD", "-o", "json")));
        Assert.Equal(["a2", "b2"], Names(Scan(git.Files["k8s"], "--since", "HEAD", "-o", "json")));
        Assert.Equal(["a2"], Names(Scan(git.Files["k8s/apps"], "--since", "HEAD", "-o", "json")));
        Assert.Equal(["b2"], Names(Scan(git.Files["k8s/apps"], "../b.yaml", "--since", "HEAD", "-o", "json")));
        Assert.Equal(["a2", "b2"], Names(Scan(Path.GetTempPath(), git.Files["k8s"], "--since", "HEAD", "-o", "json")));
    }

    [Fact]
    public void Reports_a_file_that_is_a_patch_no_longer()
    {
        const string Patches = "resources: []\npatches: [{path: patch.yaml}]\n";
        using var git = new GitFolder().Write("kustomization.yaml", Patches).Write("patch.yaml", Pods("a")).Write("b.yaml", Pods("b")).Commit();
        Assert.Empty(Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));

        git.Write("kustomization.yaml", "resources: [patch.yaml]\n");

        Assert.Equal(["a"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
        git.Delete("kustomization.yaml");
        Assert.Equal(["a"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
    }

    [Fact]
    public void Leaves_out_what_could_not_be_read_before_either()
    {
        using var git = new GitFolder().Write("broken.yaml", Samples.BrokenPod).Write("web.yaml", Pods("a")).Commit();
        Assert.Equal(0, Scan(git.Root, "--since", "HEAD").ExitCode);

        git.Write("broken.yaml", Samples.BrokenPod + "# changed\n");

        Assert.Equal(3, Scan(git.Root, "--since", "HEAD").ExitCode);
    }

    [Fact]
    public void Mends_only_what_it_reports()
    {
        using var git = new GitFolder().Write("old.yaml", Samples.SafePod).Write("web.yaml", Samples.SafePod + "---\n" + Samples.SafePod).Commit();
        git.Write("web.yaml", Samples.SafePod + "---\n" + Samples.SafePod + "# changed\n").Write("new.yaml", Samples.SafePod);

        var diff = Scan(git.Root, "--since", "HEAD", "--diff");
        var outcome = Scan(git.Root, "--since", "HEAD", "--fix", "-o", "json");

        Assert.DoesNotContain("old.yaml", diff.Output, StringComparison.Ordinal);
        Assert.Contains("; 2 would be fixed", diff.Output, StringComparison.Ordinal);
        using var twin = new TempFolder().Write("new.yaml", Samples.SafePod);
        Scan(twin.Root, "--fix");
        var mended = twin.Read("new.yaml");
        Assert.Contains("serviceAccountName: shop", mended, StringComparison.Ordinal);
        Assert.Equal(Samples.SafePod, git.Files.Read("old.yaml"));
        Assert.Equal(mended, git.Files.Read("new.yaml"));
        Assert.Equal(Samples.SafePod + "---\n" + mended + "# changed\n", git.Files.Read("web.yaml"));
        Assert.Empty(outcome.Findings);
        Assert.Equal(2, outcome.Json["fixed"]!.AsArray().Count);
        Assert.Equal(2, (int)outcome.Json["summary"]!["since"]!["leftOut"]!);
    }

    [Fact]
    public void Works_together_with_a_baseline()
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a", "b")).Commit();
        Scan(git.Root, "--write-baseline", "known.json");
        git.Write("web.yaml", Pods("a", "b").Replace("# last", "# changed", StringComparison.Ordinal) + Pods("c"));

        var outcome = Scan(git.Root, "--since", "HEAD", "--baseline", "known.json", "-o", "json");

        Assert.Equal([("a", true), ("b", true), ("c", false)], outcome.Findings.Select(finding => ((string)finding["name"]!, (bool)finding["baseline"]!)));
        Assert.Equal(1, outcome.ExitCode);
    }

    [Fact]
    public void Passes_submodules_over()
    {
        using var inner = new GitFolder().Write("in.yaml", Pods("inner")).Commit();
        using var git = new GitFolder().Write("web.yaml", Pods("a")).Commit();
        git.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.Root, "sub");
        git.Commit().Write("sub/in.yaml", Pods("changed")).Write("sub/new.yaml", Pods("new"));

        Assert.Empty(Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
        Assert.Equal(["changed", "new"], Names(Scan(git.Root, "sub", "--since", "HEAD", "-o", "json")));
    }

    [UnixFact]
    public void Reads_names_of_any_kind()
    {
        string[] names = ["a b.yaml", "-x.yaml", ":(top)y.yaml", "quo\"te\\\n.yaml", "täg😀.yaml", "*.yaml"];
        using var git = new GitFolder();
        foreach (var name in names)
        {
            git.Write(name, Pods("a", "b"));
        }

        git.Commit();
        foreach (var name in names)
        {
            git.Write(name, Pods("a", "b2"));
        }

        Assert.Equal(names.Length, Names(Scan(git.Root, "--since", "HEAD", "-o", "json")).Count(name => name == "b2"));
    }

    [Theory]
    [InlineData("--since=nowhere", "--since nowhere: there is no such commit here")]
    [InlineData("--since=--output=x", "--since --output=x: there is no such commit here")]
    [InlineData("--since=--help", "there is no such commit here")]
    [InlineData("--since=-h", "there is no such commit here")]
    [InlineData("--since=HEAD..main", "there is no such commit here")]
    [InlineData("--since=HEAD:web.yaml", "there is no such commit here")]
    [InlineData("--since=$(touch pwned)", "there is no such commit here")]
    [InlineData("--since=orphan", "it has no commit in common with HEAD")]
    public void Refuses_what_names_no_commit(string option, string reason)
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a")).Commit();
        git.Git("checkout", "--quiet", "--orphan", "orphan");
        git.Write("web.yaml", Pods("b")).Commit().Git("checkout", "--quiet", "main");

        var outcome = Scan(git.Root, option);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["web.yaml"], git.Files.Names.Where(name => !name.StartsWith(".git", StringComparison.Ordinal)));
    }

    [Fact]
    public void Refuses_what_has_no_history()
    {
        using var git = new GitFolder().Write("web.yaml", Pods("a"));
        using var folder = new TempFolder().Write("web.yaml", Pods("a"));

        Assert.Contains("there is no such commit", Scan(git.Root, "--since", "HEAD").Error, StringComparison.Ordinal);
        git.Commit();
        (string[] Args, string Reason)[] cases =
        [
            ([folder.Root, "--since", "HEAD"], "is in no repository of git: not a git repository"),
            ([".", folder.Root, "--since", "HEAD"], $"'{folder.Root}' is outside of the repository {git.Root}"),
            ([folder["web.yaml"], ".", "--since", "HEAD"], "is in no repository of git"),
            (["--since", ""], "--since wants a commit"),
            (["-", "--since", "HEAD"], "standard input has no history"),
            (["--since", "HEAD", "--write-baseline", "b.json"], "give one of --since and --write-baseline"),
        ];
        Assert.All(cases, each =>
        {
            var outcome = Scan(git.Root, each.Args);
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains(each.Reason, outcome.Error, StringComparison.Ordinal);
        });
    }

    [UnixFact]
    public void Runs_git_from_the_search_path_alone_and_no_program_of_the_repository()
    {
        const string Trap = "#!/bin/sh\ntouch \"$(dirname \"$0\")/pwned\"\nexit 1\n";
        using var git = new GitFolder().Write("web.yaml", Pods("a")).Write("git", Trap).Write("hook", Trap).Write(".gitattributes", "*.yaml diff=trap\n").Commit();
        foreach (var trap in (string[])["git", "hook"])
        {
            SelfHeal.Execute("chmod", git.Root, [], ["+x", trap]);
        }

        foreach (var setting in (string[])["core.fsmonitor", "diff.external", "diff.trap.command", "diff.trap.textconv", "core.pager"])
        {
            git.Git("config", setting, git.Files["hook"]);
        }

        git.Write("web.yaml", Pods("a2"));

        Assert.Equal(["a2"], Names(Scan(git.Root, "--since", "HEAD", "-o", "json")));
        Assert.False(File.Exists(git.Files["pwned"]));

        var missing = SelfHeal.Bash(git.Root, $"PATH=. \"$(command -v dotnet)\" '{SelfHeal.Dll}' scan --since HEAD");
        Assert.Equal((3, "selfheal: the command git was not found; --since asks it what has changed"), (missing.ExitCode, missing.Error));
        Assert.False(File.Exists(git.Files["pwned"]));
    }

    [UnixFact]
    public void Is_not_led_astray_by_the_variables_of_a_hook()
    {
        using var git = new GitFolder().Write("k8s/web.yaml", Pods("a")).Commit().Write("k8s/web.yaml", Pods("a2"));

        var outcome = SelfHeal.Bash(git.Files["k8s"], $"GIT_DIR=.git GIT_INDEX_FILE=.git/index GIT_WORK_TREE=. selfheal scan --since HEAD -o json {string.Join(' ', Rules)}");

        Assert.Equal(["a2"], Names(outcome));
    }

    private static Outcome Scan(string folder, params string[] args) => SelfHeal.Run(folder, ["scan", .. args, .. Rules]);

    private static List<string> Names(Outcome outcome) => outcome.Output.Length == 0
        ? throw new InvalidOperationException(outcome.Error)
        : [.. JsonNode.Parse(outcome.Output)!["findings"]!.AsArray().Select(finding => (string)finding!["name"]!)];

    /// <summary>Documents, each with one finding.</summary>
    private static string Pods(params string[] names) => string.Concat(names.Select(name => $"""
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: {name} # it
        spec:
          containers:
            - name: web
              image: registry.example/web:1.2
              securityContext:
                privileged: true
          # last of {name}

        """));

    private static string Clean(string name) => Pods(name).Replace("true", "false", StringComparison.Ordinal);
}
