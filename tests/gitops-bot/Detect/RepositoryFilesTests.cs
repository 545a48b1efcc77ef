using SelfHealGitOps.Bot.Detect;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class RepositoryFilesTests
{
    private static readonly HashSet<string> Nothing = [];

    [Fact]
    public void Names_files_relative_to_the_scanned_folder()
    {
        using var folder = new TempFolder().Write("a/b.yaml", "").Write("a.yml", "").Write("a/c/d.JSON", "").Write("e.txt", "").Write(".git/f.yaml", "").Write("node_modules/g.json", "");

        Assert.Equal(["a.yml", "a/b.yaml", "a/c/d.JSON"], Names(folder.Root));
        Assert.Equal(["a.yml", "a/b.yaml", "a/c/d.JSON"], Names(folder.Root + "/"));
        Assert.Equal(["b.yaml", "c/d.JSON"], Names(folder["a"]));
        Assert.Equal(["b.yaml"], Names(folder["a/b.yaml"]));
    }

    [Fact]
    public void Names_the_files_of_several_paths_from_the_folder_around_them()
    {
        using var folder = new TempFolder().Write("a/b.yaml", "").Write("ab/c.yaml", "").Write("d.txt", "");

        Assert.Equal(["a/b.yaml", "ab/c.yaml", "d.txt"], Names(folder["ab/"], folder["a"], folder["d.txt"]));
        Assert.Equal(["a/b.yaml", "ab/c.yaml"], Names(folder["a/b.yaml"], folder["ab"]));
    }

    [Fact]
    public void Finds_once_what_is_given_twice_and_knows_that_it_was_named()
    {
        using var folder = new TempFolder().Write("a/b.yaml", "").Write("a/c.yaml", "");

        var files = RepositoryFiles.Find([folder.Root, folder["a"], folder["a/../a/b.yaml"], folder["a/b.yaml"], folder.Root + "/."], Nothing).Files;

        Assert.Equal([("a/b.yaml", true), ("a/c.yaml", false)], files.Select(file => (file.Name, file.IsNamed)));
    }

    [UnixFact]
    public void Follows_no_link_that_it_finds()
    {
        using var outside = new TempFolder().Write("secret.yaml", "").Write("folder/secret.yaml", "");
        using var folder = new TempFolder()
            .Write("a/web.yaml", "")
            .Link("a/file.yaml", outside["secret.yaml"])
            .Link("a/folder", outside["folder"])
            .Link("a/dotted.yaml", $"../../{Path.GetFileName(outside.Root)}/secret.yaml")
            .Link("a/dots", "../..")
            .Link("a/loop", ".")
            .Link("a/inside.yaml", "web.yaml")
            .Link("a/nowhere.yaml", "nowhere")
            .Link("a/circle.yaml", "circle.yaml");

        Assert.Equal(["a/web.yaml"], Names(folder.Root));
    }

    [UnixFact]
    public void Takes_a_link_that_is_named_for_what_it_leads_to()
    {
        using var outside = new TempFolder().Write("web.yaml", "").Write("folder/web.yaml", "");
        using var folder = new TempFolder().Link("file.yaml", outside["web.yaml"]).Link("folder", outside["folder"]);

        Assert.Equal(["file.yaml"], Names(folder["file.yaml"]));
        Assert.Equal(["web.yaml"], Names(folder["folder"]));
        Assert.Equal(["web.yaml"], Names(folder["folder"] + "/"));
        Assert.Equal(["web.yaml"], Names(folder["folder/../web.yaml"]));
    }

    [UnixFact]
    public void Prefers_a_file_to_a_named_link_that_leads_to_it()
    {
        using var folder = new TempFolder().Write("web.yaml", "").Link("link.yaml", "web.yaml");

        var file = Assert.Single(RepositoryFiles.Find([folder["link.yaml"], folder.Root], Nothing).Files);

        Assert.Equal(("web.yaml", false), (file.Name, file.IsLink));
    }

    [UnixFact]
    public void Names_files_alike_by_whichever_way_they_are_reached()
    {
        using var folder = new TempFolder().Write("real/a/web.yaml", "").Link("link", "real");

        Assert.Equal(["web.yaml"], Names(folder["real/a"], folder["link/a"], folder["link/a/web.yaml"]));
    }

    [Fact]
    public void Leaves_the_reports_of_the_scan_alone()
    {
        using var folder = new TempFolder().Write("web.yaml", "").Write("report.json", "");

        Assert.Equal(["web.yaml"], RepositoryFiles.Find([folder.Root], new HashSet<string> { folder["report.json"] }).Files.Select(file => file.Name));
    }

    [UnixFact]
    public void Ends_when_links_lead_in_circles()
    {
        using var folder = new TempFolder().Link("a", "b").Link("b", "a");

        Assert.Throws<IOException>(() => RealPath.Of(folder["a/web.yaml"]));
        Assert.Equal(3, SelfHeal.Run(folder.Root, "scan", "a").ExitCode);
    }

    [UnixFact(Needs = "mkfifo")]
    public void Does_not_wait_for_a_pipe()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);
        SelfHeal.Execute("mkfifo", folder.Root, [], ["pipe.yaml"]);

        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "--fix", "--rules", "latest-tag").ExitCode);
    }

    [UnixFact(Needs = "bash")]
    public void Reads_a_pipe_that_is_named()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod);

        var outcome = SelfHeal.Bash(folder.Root, $"selfheal scan <(cat web.yaml) --fix -o json --rules {Samples.SafeRule}");

        Assert.Equal(4, outcome.ExitCode);
        Assert.Single(outcome.Findings);
    }

    private static IEnumerable<string> Names(params string[] paths) => RepositoryFiles.Find(paths, Nothing).Files.Select(file => file.Name);
}
