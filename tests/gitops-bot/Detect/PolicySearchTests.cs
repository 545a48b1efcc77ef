using SelfHealGitOps.Bot.Detect;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class PolicySearchTests
{
    [Fact]
    public void Finds_the_nearest_upwards()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write(".selfheal.yaml", "").Write("a/.selfheal.yaml", "").Write("a/b/c/web.yaml", "").Write("d/web.yaml", "");

        Assert.Equal(folder["a/.selfheal.yaml"], PolicySearch.Above(folder["a/b/c"]));
        Assert.Equal(folder["a/.selfheal.yaml"], PolicySearch.Above(folder["a"]));
        Assert.Equal(folder[".selfheal.yaml"], PolicySearch.Above(folder["d"]));
        Assert.Equal(folder["a/.selfheal.yaml"], PolicySearch.For([folder["a/b/c/web.yaml"], folder["a"]]));
    }

    [Fact]
    public void Looks_no_further_than_the_repository()
    {
        using var folder = new TempFolder()
            .Write(".selfheal.yaml", "").Write("repository/.git/HEAD", "").Write("repository/a/web.yaml", "").Write("worktree/.git", "gitdir: elsewhere").Write("worktree/web.yaml", "");

        Assert.Null(PolicySearch.Above(folder["repository/a"]));
        Assert.Null(PolicySearch.Above(folder["worktree"]));
    }

    [Fact]
    public void Takes_one_file_for_all_paths()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write("a/.selfheal.yaml", "").Write("b/.selfheal.yaml", "").Write("c/web.yaml", "");

        foreach (var (first, second) in (IEnumerable<(string, string)>)[("a", "b"), ("a", "c"), ("c", "a")])
        {
            var message = Assert.Throws<UsageException>(() => PolicySearch.For([folder[first], folder[second]])).Message;
            Assert.All([folder[first], folder[second], "--config"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [UnixFact]
    public void Goes_by_where_a_link_leads()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write("a/.selfheal.yaml", "").Write("a/b/web.yaml", "").Link("c", "a/b").Link("d.yaml", "a/b/web.yaml");

        Assert.Equal(folder["a/.selfheal.yaml"], PolicySearch.For([folder["c"]]));
        Assert.Null(PolicySearch.For([folder["d.yaml"]]));
    }
}
