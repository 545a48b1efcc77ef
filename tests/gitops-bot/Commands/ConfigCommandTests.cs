using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ConfigCommandTests
{
    [Fact]
    public void Shows_what_holds_and_no_secret()
    {
        using var folder = new TempFolder().Write("token", "hunter2\n").Write("selfheal.yaml", """
            repositories: [{url: https://git.example.com/shop/deployments, base: main}]
            forges:
              company:
                kind: gitea
                url: https://git.example.com
                credentials: {token: {file: token}}
                webhookSecret: {env: SELFHEAL_TEST_NEVER_SET}
            store: {postgres: {env: PATH}}
            """);

        var outcome = SelfHeal.Run(folder.Root, "config", "check");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var lines = outcome.Output.Split('\n');
        Assert.Equal("configuration  selfheal.yaml", lines[0]);
        Assert.Contains("store          PostgreSQL, from env PATH (set)", lines);
        Assert.Contains($"forge          company: gitea, https://git.example.com/, token from file {folder["token"]} (there), webhooks from env SELFHEAL_TEST_NEVER_SET (not set)", lines);
        Assert.Contains("repository     deployments: https://git.example.com/shop/deployments, base main, forge company, no cluster", lines);
        Assert.DoesNotContain("hunter2", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.GetEnvironmentVariable("PATH")!, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_mistakes_and_ends_with_2()
    {
        using var folder = new TempFolder().Write("bot.yaml", "intervall: 5m\n");

        var outcome = SelfHeal.Run(folder.Root, "config", "check", "bot.yaml");

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal("selfheal: the configuration has 1 mistake, and is not used:\nbot.yaml:1:1: intervall: there is no key 'intervall'; is it 'interval'?", outcome.Error);
    }

    [Fact]
    public void Says_which_folder_of_a_repository_is_not_there()
    {
        using var folder = new TempFolder().Write("shop/pod.yaml", "").Write("selfheal.yaml", "repositories: [{path: shop}, {path: gone}]\n");

        var outcome = SelfHeal.Run(folder.Root, "config", "check");

        Assert.Equal((3, $"selfheal: repository gone: there is no folder {folder["gone"]} on this machine"), (outcome.ExitCode, outcome.Error));
        Assert.Contains("repository     gone: ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forge_of_a_server_cannot_take_the_name_of_the_local_one()
    {
        using var folder = new TempFolder().Write("selfheal.yaml", "forges:\n  local: {kind: github, credentials: {token: {env: T}}}\n");

        var outcome = SelfHeal.Run(folder.Root, "config", "check");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("selfheal.yaml:2:3: forges.local: is called local, as the forge that is there without being configured; must have another name, or kind: local", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_lines_of_a_list_of_rules_that_are_none()
    {
        using var folder = new TempFolder().Write("selfheal.yaml", "version: 1\nknownExploited: kev.txt\n");

        var missing = SelfHeal.Run(folder.Root, "config", "check");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("selfheal.yaml:2:1: knownExploited: cannot be read: ", missing.Error, StringComparison.Ordinal);

        folder.Write("kev.txt", "latest-tag\n# a comment\nlatest-tg\n");
        Assert.Equal(
            (2, "selfheal: the configuration has 1 mistake, and is not used:\nkev.txt:3:1: knownExploited: 'latest-tg' is no rule; is it 'latest-tag'?"),
            (SelfHeal.Run(folder.Root, "config", "check") is var wrong ? wrong.ExitCode : 0, wrong.Error));

        folder.Write("kev.txt", "latest-tag # why\n");
        Assert.Equal(0, SelfHeal.Run(folder.Root, "config", "check").ExitCode);
    }

    [Fact]
    public void Wants_a_file()
    {
        using var folder = new TempFolder();

        var outcome = SelfHeal.Run(folder.Root, "config", "check");

        Assert.Equal((2, "selfheal: there is no selfheal.yaml in this folder; name the file"), (outcome.ExitCode, outcome.Error));
    }

    [UnixFact]
    public void Relative_paths_start_where_the_file_is_named()
    {
        using var folder = new TempFolder().Write("..data/selfheal.yaml", "state: state\n").Link("selfheal.yaml", "..data/selfheal.yaml");

        Assert.Contains($"state          {folder["state"]}\n", SelfHeal.Run(folder.Root, "config", "check", "selfheal.yaml").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Prints_the_schema_as_it_is_published() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "selfheal-bot.schema.json")), SelfHeal.Run(Path.GetTempPath(), "config", "schema").Output);
}
