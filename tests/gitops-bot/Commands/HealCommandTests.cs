using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public sealed class HealCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public HealCommandTests() => folder.Write("shop/pod.yaml", """
        apiVersion: v1
        kind: Pod
        metadata:
          name: shell
          namespace: dev
        spec:
          containers:
          - name: shell
            image: registry.example.com/shop/shell:1.0.0
            securityContext:
              privileged: true

        """).Write("shop/.selfheal.yaml", "version: 1\nprofile: pss-baseline\n");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_healed_on_the_local_forge_and_only_read()
    {
        var before = string.Join('\n', folder.Names);
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state");
        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        Assert.Contains("opened      Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("look        pull requests and issues are files in ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(before, string.Join('\n', folder.Names.Where(name => !name.StartsWith("state/", StringComparison.Ordinal))));
        Assert.Contains(folder.Names, name => name.EndsWith("/pull-requests/0001.md", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dry_run_shows_it_and_leaves_no_page()
    {
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state", "--dry-run");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("would open  Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Names, name => name.EndsWith(".md", StringComparison.Ordinal));
    }

    [Fact]
    public void As_JSON_it_is_for_other_tools()
    {
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state", "-o", "json");
        var repository = JsonNode.Parse(outcome.Output)!["repositories"]![0]!;
        Assert.Equal("main", (string?)repository["base"]);
        Assert.Equal("opened", (string?)repository["events"]![0]!["act"]);
        Assert.Equal("human", (string?)repository["queue"]![0]!["tier"]);
        Assert.NotNull(repository["queue"]![0]!["terms"]!["explore"]);
        Assert.Null(repository["failure"]);
    }

    [Fact]
    public void Rank_shows_the_queue_and_does_nothing()
    {
        var outcome = SelfHeal.Run(folder.Root, "rank", "--repo", "shop", "--state", "state");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("explore", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Names, name => name.EndsWith(".md", StringComparison.Ordinal));
    }

    [Fact]
    public void One_repository_that_is_gone_stops_no_other()
    {
        folder.Write("selfheal.yaml", $"version: 1\nstate: state\nrepositories:\n- {{name: gone, path: {folder["gone"]}}}\n- {{name: shop, path: {folder["shop"]}}}\n");
        var outcome = SelfHeal.Run(folder.Root, "heal");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("opened      Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heal", "there is no selfheal.yaml in this folder")]
    [InlineData("heal --repo nowhere", "there is no such folder")]
    [InlineData("heal --repo https://git.example.com/x", "wants a configuration")]
    [InlineData("heal --repo shop --forge gitea", "wants a configuration that says where it is")]
    [InlineData("heal --repo shop --state ", "--state")]
    [InlineData("heal --config nowhere.yaml", "nowhere.yaml")]
    [InlineData("heal --repo shop --forge cvs", "cvs")]
    public void What_makes_no_sense_is_a_usage_error(string line, string expected)
    {
        var outcome = SelfHeal.Run(folder.Root, line.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }
}
