using SelfHealGitOps.Bot.Configuration;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

public class ConfigurationProblemTests
{
    /// <summary>What stands for a secret in the configurations with mistakes.</summary>
    private const string Secret = "hunter2";

    public static string PathOf(string name) => Path.Combine(Checkout.Root, "tests", "gitops-bot", "Configuration", "Goldens", name);

    [Fact]
    public void Names_every_mistake_at_once()
    {
        var problems = Configurations.Refuse(File.ReadAllText(PathOf("problems.yaml")));

        Golden.Matches(PathOf("problems.txt"), string.Concat(problems.Select(problem => $"{problem}\n")));
    }

    [Theory]
    [InlineData("forges: {f: {kind: github, credentials: hunter2}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: hunter2}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: [hunter2]}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {value: hunter2}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {hunter2}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {hunter2: env}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {env: hunter2}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {env: [hunter2]}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {token: {file: \"hunter2\\n\"}}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {hunter2: }}}")]
    [InlineData("forges: {f: {kind: github, credentials: {app: hunter2}}}")]
    [InlineData("forges: {f: {kind: github, credentials: {app: {id: hunter2, installation: hunter2, key: hunter2}}}}")]
    [InlineData("forges: {f: {kind: github, url: 'https://u:hunter2@example.com', credentials: {token: {env: T}}}}")]
    [InlineData("forges: {f: {kind: github, url: 'https://example.com?token=hunter2', credentials: {token: {env: T}}}}")]
    [InlineData("forges: {f: {kind: github, webhookSecret: hunter2, credentials: {token: {env: T}}}}")]
    [InlineData("repositories: [{url: 'https://u:hunter2@example.com/a'}]")]
    [InlineData("repositories: [{url: 'https://hunter2@example.com/a'}]")]
    [InlineData("repositories: [{url: https://example.com/a, git: hunter2}]")]
    [InlineData("repositories: [{url: https://example.com/a, git: {ssh: hunter2}}]")]
    [InlineData("repositories: [{url: ssh://example.com/a, git: {ssh: {key: \"-----BEGIN hunter2\\n\", knownHosts: x}}}]")]
    [InlineData("store: 'Host=db;Password=hunter2'")]
    [InlineData("store: {postgres: 'Host=db;Password=hunter2'}")]
    [InlineData("store: {'Host=db;Password=hunter2': }")]
    [InlineData("model: {mode: vendor, model: m, key: hunter2}")]
    public void Never_repeats_a_secret(string text)
    {
        var problems = Configurations.Refuse(text);

        Assert.DoesNotContain(problems, problem => problem.ToString().Contains(Secret, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Equal(1, problem.Line));
    }

    [Fact]
    public void Is_thrown_whole_for_a_command_line()
    {
        using var folder = new TempFolder().Write("selfheal.yaml", "limit: {}\nissues: nevr\n");

        var exception = Assert.Throws<UsageException>(() => ConfigurationFile.Load(folder["selfheal.yaml"]));
        Assert.StartsWith("the configuration has 2 mistakes, and is not used:\n", exception.Message, StringComparison.Ordinal);
        Assert.Contains(":1:1: limit: there is no key 'limit'; is it 'limits'?", exception.Message, StringComparison.Ordinal);
        Assert.Contains(":2:1: issues: 'nevr' is no severity; is it 'never'?", exception.Message, StringComparison.Ordinal);
    }
}
