using SelfHealGitOps.Bot.Forge.Local;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class FolderImportTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TempFolder state = new();

    private string Bare => state["shop.git"];

    public void Dispose()
    {
        folder.Dispose();
        state.Dispose();
    }

    [Fact]
    public void A_folder_becomes_a_base_with_the_same_bytes()
    {
        folder.Write("a b/ä \"x\".yaml", "a: 1\r\n").Write("b.yaml", "b: 1").Write(".git/config", "[core]\n").Write("x/.git/HEAD", "x\n");
        folder.Link("link.yaml", "/etc/passwd");
        Import();
        Assert.Equal("a: 1\r\n", Show("a b/ä \"x\".yaml"));
        Assert.Equal("b: 1", Show("b.yaml"));
        Assert.Equal(2, Git("ls-tree", "-r", "--name-only", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_same_folder_again_is_no_new_commit()
    {
        folder.Write("a.yaml", "a: 1\n");
        Import();
        var head = Git("rev-parse", "main");
        Import();
        Assert.Equal(head, Git("rev-parse", "main"));
    }

    [Fact]
    public void What_was_merged_stays_and_what_has_changed_since_comes_in()
    {
        folder.Write("a.yaml", "one: 1\ntwo: 2\n").Write("b.yaml", "b: 1\n").Write("c.yaml", "c: 1\n");
        Import();
        Merge("a.yaml", "one: mended\ntwo: 2\n");
        Import();
        Assert.Equal("one: mended\ntwo: 2\n", Show("a.yaml"));

        folder.Write("b.yaml", "b: 2\n");
        File.Delete(folder["c.yaml"]);
        Import();
        Assert.Equal("one: mended\ntwo: 2\n", Show("a.yaml"));
        Assert.Equal("b: 2\n", Show("b.yaml"));
        Assert.DoesNotContain("c.yaml", Git("ls-tree", "-r", "--name-only", "main"), StringComparison.Ordinal);

        // The folder has it now as well: nothing is left to bring in.
        folder.Write("a.yaml", "one: mended\ntwo: 2\n");
        Import();
        var head = Git("rev-parse", "main");
        Import();
        Assert.Equal(head, Git("rev-parse", "main"));
    }

    [Fact]
    public void What_both_have_changed_is_for_a_person()
    {
        folder.Write("a.yaml", "one: 1\n");
        Import();
        Merge("a.yaml", "one: mended\n");
        folder.Write("a.yaml", "one: mine\n");
        Assert.Contains("has changed where something was merged", Assert.Throws<UsageException>(Import).Message, StringComparison.Ordinal);
        Assert.Equal("one: mended\n", Show("a.yaml"));
    }

    private void Import() => new FolderImport(folder.Root, Bare, TimeProvider.System).Run();

    private void Merge(string file, string text)
    {
        using var work = new GitFolder();
        work.Git("pull", "--quiet", Bare, "main");
        work.Write(file, text).Commit();
        work.Git("push", "--quiet", Bare, "HEAD:main");
    }

    private string Show(string file) => SelfHeal.Execute("git", Bare, [], ["show", $"main:{file}"]).Output;

    private string Git(params string[] args) => SelfHeal.Execute("git", Bare, [], args).Output;
}
