using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

public sealed class GitNamesTests
{
    [Theory]
    [InlineData("https://git.example.com/org/shop.git", "https")]
    [InlineData("ssh://git@git.example.com:2222/org/shop.git", "ssh")]
    [InlineData("git@git.example.com:org/shop.git", "ssh")]
    [InlineData("http://127.0.0.1:3000/shop.git", "http")]
    public void Knows_where_a_repository_is(string text, string protocol) => Assert.Equal(protocol, RemoteUrl.Parse(text).Protocol);

    [Theory]
    [InlineData("https://user:hunter2@git.example.com/shop.git")]
    [InlineData("https://hunter2@git.example.com/shop.git")]
    [InlineData("http://git.example.com/shop.git")]
    [InlineData("https://git.example.com/shop.git?token=hunter2")]
    [InlineData("ext::sh -c hunter2")]
    [InlineData("git://git.example.com/shop.git")]
    [InlineData("ssh://-oProxyCommand=hunter2/shop")]
    [InlineData("-oProxyCommand=hunter2:shop")]
    [InlineData("git@-oProxyCommand=hunter2:shop")]
    [InlineData("--upload-pack=hunter2")]
    [InlineData("relative/hunter2")]
    [InlineData("https://git.example.com/\nhunter2")]
    [InlineData("")]
    public void Refuses_any_other_and_does_not_repeat_it(string text) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<UsageException>(() => RemoteUrl.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("main", true)]
    [InlineData("selfheal/shop/pss-privileged-1f", true)]
    [InlineData("ünïcode", true)]
    [InlineData("-x", false)]
    [InlineData("HEAD", false)]
    [InlineData("refs/heads/x", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("a@{1}", false)]
    [InlineData("a.lock", false)]
    [InlineData("a/.b", false)]
    [InlineData("a//b", false)]
    [InlineData("a*", false)]
    [InlineData("+a\u0007", false)]
    [InlineData("0123456789012345678901234567890123456789", false)]
    public void Knows_a_branch_from_what_git_takes_for_something_else(string text, bool isName) => Assert.Equal(isName, BranchName.TryParse(text, out _));

    [Fact]
    public void Takes_secrets_out_of_what_others_say()
    {
        var secrets = Secrets.Of("user", "p/w");
        Assert.Equal(
            "*** *** *** https://***@host/",
            secrets.Scrub($"p/w p%2Fw {Convert.ToBase64String("user:p/w"u8)} https://user:else@host/"));
    }
}
