using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Integrations;

/// <summary>The hooks of .pre-commit-hooks.yaml, run as pre-commit does: the entry and the names of files behind it.</summary>
public class PreCommitTests
{
    private static readonly JsonArray Hooks = Yaml.Read(File.ReadAllText(Path.Combine(Checkout.Root, ".pre-commit-hooks.yaml"))).AsArray();

    [Fact]
    public void Have_what_pre_commit_asks_for()
    {
        Assert.Equal(["selfheal", "selfheal-fix"], Hooks.Select(hook => (string)hook!["id"]!));
        Assert.All(Hooks, hook =>
        {
            Assert.NotEmpty((string)hook!["name"]!);
            Assert.Equal("system", (string)hook["language"]!);
            Assert.Equal(["yaml", "json"], hook["types_or"]!.AsArray().Select(type => (string)type!));
            Assert.StartsWith("selfheal scan", (string)hook["entry"]!, StringComparison.Ordinal);
        });
    }

    [UnixFact]
    public void Judge_and_mend_the_files_that_are_named()
    {
        using var git = new GitFolder().Write("a b/web.yaml", Samples.PrivilegedPod).Write("other.yaml", Samples.PrivilegedPod).Write("safe.yaml", Samples.SafePod).Commit();
        const string Files = "'a b/web.yaml' safe.yaml";

        var judged = SelfHeal.Bash(git.Root, $"{Hooks[0]!["entry"]} {Files}");
        var narrow = SelfHeal.Bash(git.Root, $"{Hooks[0]!["entry"]} --rules latest-tag {Files}");
        var mended = SelfHeal.Bash(git.Root, $"{Hooks[1]!["entry"]} --rules {Samples.SafeRule} {Files}");

        Assert.Equal((1, 0, 0), (judged.ExitCode, narrow.ExitCode, mended.ExitCode));
        Assert.Contains("a b/web.yaml", judged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other.yaml", judged.Output, StringComparison.Ordinal);
        Assert.Equal(" M safe.yaml", git.Git("status", "--short"));
    }
}
