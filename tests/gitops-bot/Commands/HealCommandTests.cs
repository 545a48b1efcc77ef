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

    /// <summary>Byte for byte, and where there was no state, there is none.</summary>
    [Theory]
    [InlineData("heal", "--dry-run")]
    [InlineData("rank", null)]
    public void Looking_leaves_everything_as_it_was(string verb, string? option)
    {
        using var git = new Git.GitFolder();
        git.Write("pod.yaml", folder.Read("shop/pod.yaml")).Write(".selfheal.yaml", folder.Read("shop/.selfheal.yaml")).Commit();
        foreach (var repository in (string[])["shop", git.Root])
        {
            string[] look = [verb, "--repo", repository, "--state", "state", .. option is null ? [] : new[] { option }];
            var (before, beside) = (Forge.LocalForgeTests.Everything(folder.Root), Forge.LocalForgeTests.Everything(git.Root));
            var outcome = SelfHeal.Run(folder.Root, look);
            Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
            Assert.Contains("Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
            Assert.Equal(before, Forge.LocalForgeTests.Everything(folder.Root));
            Assert.Equal(beside, Forge.LocalForgeTests.Everything(git.Root));

            Assert.Equal(0, SelfHeal.Run(folder.Root, "heal", "--repo", repository, "--state", "state").ExitCode);
            foreach (var page in Directory.EnumerateFiles(folder["state"], "0001.md", SearchOption.AllDirectories).Where(page => page.Contains("pull-requests", StringComparison.Ordinal)))
            {
                File.WriteAllText(page, File.ReadAllText(page).Replace("state: open", "state: merged", StringComparison.Ordinal));
            }

            (before, beside) = (Forge.LocalForgeTests.Everything(folder.Root), Forge.LocalForgeTests.Everything(git.Root));
            Assert.Equal(0, SelfHeal.Run(folder.Root, look).ExitCode);
            Assert.Equal(before, Forge.LocalForgeTests.Everything(folder.Root));
            Assert.Equal(beside, Forge.LocalForgeTests.Everything(git.Root));
            Directory.Delete(folder["state"], recursive: true);
        }
    }

    [Fact]
    public void A_break_in_the_audit_log_is_said_and_stops_nothing()
    {
        Assert.Equal(0, SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state").ExitCode);
        Add("more");
        Assert.Equal(0, SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state").ExitCode);
        var lines = File.ReadAllLines(folder["state/audit.jsonl"]);
        File.WriteAllText(folder["state/audit.jsonl"], string.Join('\n', [lines[0].Replace("selfheal", "somebody", StringComparison.Ordinal), .. lines[1..], ""]));
        Add("third");
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("audit log  it is not what was written: entry 1 was changed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("opened      Set privileged to false in Pod dev/third", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.ReadAllLines(folder["state/audit.jsonl"]).Length > lines.Length);

        void Add(string name) => folder.Write($"shop/{name}.yaml", folder.Read("shop/pod.yaml").Replace("shell", name, StringComparison.Ordinal));
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

    [Fact]
    public void A_broken_policy_is_named_where_its_owner_has_it()
    {
        folder.Write("shop/.selfheal.yaml", "version: 1\nprofil: pss-baseline\nexlude: []\n");
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", "shop", "--state", "state");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains($"failed  {folder["shop"]}: .selfheal.yaml:2:1: profil: there is no key 'profil'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("; .selfheal.yaml:3:1: exlude: ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("state/", outcome.Output.Split("failed")[1].Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\\u000a", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkout_of_a_commit_wants_to_be_told_the_base()
    {
        using var git = new Git.GitFolder();
        git.Write("pod.yaml", folder.Read("shop/pod.yaml")).Write(".selfheal.yaml", folder.Read("shop/.selfheal.yaml")).Commit();
        git.Git("checkout", "--quiet", "--detach");
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", git.Root, "--state", "state");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("its HEAD is detached", outcome.Output, StringComparison.Ordinal);
        outcome = SelfHeal.Run(folder.Root, "heal", "--repo", git.Root, "--base", "main", "--state", "state");
        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        Assert.Contains("opened      Set privileged to false in Pod dev/shell", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_in_the_way_of_all_others_is_a_failure()
    {
        using var git = new Git.GitFolder();
        git.Write("pod.yaml", folder.Read("shop/pod.yaml")).Write(".selfheal.yaml", folder.Read("shop/.selfheal.yaml")).Commit();
        git.Git("branch", "selfheal");
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", git.Root, "--state", "state");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("there is a branch selfheal, and beside it git can have no selfheal/", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_may_be_named_by_the_url_of_a_file()
    {
        using var git = new Git.GitFolder();
        git.Write("pod.yaml", folder.Read("shop/pod.yaml")).Write(".selfheal.yaml", folder.Read("shop/.selfheal.yaml")).Commit();
        var outcome = SelfHeal.Run(folder.Root, "heal", "--repo", $"file://{git.Root}", "--state", "state");
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Contains("opened", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>Without a configuration: the forge is that of the URL, and its token is where it is usual.</summary>
    [Theory]
    [InlineData("gitea", "GITEA_TOKEN")]
    [InlineData("github", "GITHUB_TOKEN")]
    public void A_repository_of_a_forge_wants_a_token_alone(string forge, string variable)
    {
        var outcome = SelfHeal.Bash(folder.Root, $"unset {variable}; selfheal heal --repo https://git.example.invalid/shop/deploy --forge {forge} --state state");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains($"the environment variable {variable} is not set", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heal --base main", "--base wants a --repo")]
    [InlineData("heal --repo shop --base a..b", "cannot be the name of a branch")]
    [InlineData("heal", "there is no selfheal.yaml in this folder")]
    [InlineData("heal --repo nowhere", "there is no such folder")]
    [InlineData("heal --repo https://git.example.com/x", "wants --forge gitea or github, or a configuration")]
    [InlineData("heal --repo git@git.example.com:x/y", "or a configuration")]
    [InlineData("heal --repo git@git.example.com:x/y --forge gitea", "wants a configuration that says where it is")]
    [InlineData("heal --repo http://git.example.com/x/y --forge gitea", "use https://")]
    [InlineData("heal --repo https://git.example.com/x/y --forge local", "or a configuration")]
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

    [Theory]
    [InlineData("heal --repo https://bot:s3cret@git.example.com/x")]
    [InlineData("heal --repo https://s3cret@git.example.com/x?token=s3cret#s3cret")]
    [InlineData("rank --repo ssh://bot:s3cret@git.example.com/x")]
    [InlineData("heal --repo bot:s3cret@git.example.com:x")]
    [InlineData("heal --config bot.yaml --repo https://bot:s3cret@git.example.com/x")]
    public void A_password_in_a_url_is_not_said_again(string line)
    {
        folder.Write("bot.yaml", "version: 1\nrepositories: [{path: shop}]\n");
        var outcome = SelfHeal.Run(folder.Root, line.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("git.example.com", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Error + outcome.Output, StringComparison.Ordinal);
    }
}
