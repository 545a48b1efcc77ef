using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Forge.Hooks;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class HookReaderTests
{
    private const string Sha = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432";
    private const string Push = $$$"""{"ref":"refs/heads/feature/x","after":"{{{Sha}}}","repository":{"full_name":"shop/deploy"},"sender":{"login":"ann"}}""";

    private static readonly byte[] Secret = "a secret"u8.ToArray();

    public static TheoryData<string, string, string> Events => new()
    {
        { "push", Push, $"Push shop/deploy  feature/x {Sha} ann" },
        { "push", Push.Replace(Sha, new('0', 40), StringComparison.Ordinal), "Other shop/deploy    ann" },
        { "push", Push.Replace("heads", "tags", StringComparison.Ordinal), "Other shop/deploy    ann" },
        { "issue_comment", """{"action":"created","issue":{"number":7},"comment":{"body":"/approve"},"repository":{"full_name":"shop/deploy"},"sender":{"login":"ann"}}""", "Comment shop/deploy 7   ann" },
        { "issue_comment", """{"action":"deleted","issue":{"number":7},"repository":{"full_name":"shop/deploy"},"sender":{"login":"ann"}}""", "Other shop/deploy    ann" },
        { "pull_request_review", Request("submitted", "false"), $"Review shop/deploy 8 selfheal/one {Sha} ann" },
        { "pull_request", Request("closed", "true"), $"Merged shop/deploy 8 selfheal/one {Sha} ann" },
        { "pull_request", Request("closed", "false"), $"PullRequest shop/deploy 8 selfheal/one {Sha} ann" },
        { "pull_request", Request("reviewed", "false"), $"Review shop/deploy 8 selfheal/one {Sha} ann" },
        { "issue_comment", Request("reviewed", "false"), $"Review shop/deploy 8 selfheal/one {Sha} ann" },
        { "pull_request_comment", Request("reviewed", "false"), $"Review shop/deploy 8 selfheal/one {Sha} ann" },
        { "pull_request_comment", """{"action":"created","issue":{"number":7},"comment":{"body":"/approve"},"repository":{"full_name":"shop/deploy"},"sender":{"login":"ann"}}""", "Comment shop/deploy 7   ann" },
        { "ping", """{"zen":"x","hook_id":1}""", "Other     " },
        { "star", """{"repository":{"full_name":"shop/deploy"}}""", "Other shop/deploy    " },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void Reads_what_happened(string name, string body, string expected)
    {
        foreach (var forge in (HookForge[])[HookForge.GitHub, HookForge.Gitea])
        {
            var read = Assert.IsType<HookReading.Accepted>(Read(forge, name, body)).Event;
            Assert.Equal(expected, $"{read.Kind} {read.Repository} {read.Number} {read.Branch} {read.Sha} {read.Sender}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"ref":"refs/heads/main","after":""")]
    [InlineData("""{"ref":7,"after":"x","repository":{"full_name":"a/b"}}""")]
    [InlineData("""{"ref":"refs/heads/main","after":"x; rm -rf /","repository":{"full_name":"a/b"}}""")]
    [InlineData("""{"ref":"refs/heads/main","repository":{"full_name":"a/b"}}""")]
    [InlineData("""{"repository":"a/b"}""")]
    public void Refuses_what_is_malformed(string body) => Assert.IsType<HookReading.Malformed>(Read(HookForge.GitHub, "push", body));

    [Fact]
    public void Wants_id_and_name()
    {
        Assert.IsType<HookReading.Malformed>(Read(HookForge.GitHub, "", Push));
        Assert.IsType<HookReading.Malformed>(Read(HookForge.GitHub, "push", Push, id: ""));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("sha256=zz39a3ee5e6b4b0d3255bfef95601890afd80709da39a3ee5e6b4b0d3255bfef")]
    public void Refuses_what_is_not_signed(string? signature) =>
        Assert.IsType<HookReading.Unsigned>(NewReader(HookForge.GitHub).Read(name => name == "X-Hub-Signature-256" ? signature : "x", Encoding.UTF8.GetBytes(Push)));

    [Fact]
    public void Refuses_each_changed_bit()
    {
        var body = Encoding.UTF8.GetBytes("{}");
        var signature = HMACSHA256.HashData(Secret, body);
        for (var bit = 0; bit < 8 * signature.Length; bit++)
        {
            var other = (byte[])signature.Clone();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(HookSignature.IsValid(HookForge.Gitea, Convert.ToHexStringLower(other), body, [Secret]));
        }

        Assert.True(HookSignature.IsValid(HookForge.Gitea, Convert.ToHexStringLower(signature), body, ["the next one"u8.ToArray(), Secret]));
        Assert.False(HookSignature.IsValid(HookForge.Gitea, Convert.ToHexStringLower(signature), body, []));
        Assert.False(HookSignature.IsValid(HookForge.Gitea, Convert.ToHexStringLower(HMACSHA256.HashData(Array.Empty<byte>(), body)), body, [Array.Empty<byte>()]));
    }

    [Fact]
    public void Knows_what_came_before()
    {
        var reader = NewReader(HookForge.GitHub);
        Assert.IsType<HookReading.Accepted>(Read(reader, HookForge.GitHub, "push", Push, "1"));
        Assert.IsType<HookReading.Repeated>(Read(reader, HookForge.GitHub, "push", Push, "1"));
        Assert.IsType<HookReading.Repeated>(Read(reader, HookForge.GitHub, "push", Push, "2"));
        Assert.IsType<HookReading.Accepted>(Read(reader, HookForge.GitHub, "push", Push.Replace("ann", "bob", StringComparison.Ordinal), "3"));
    }

    [Fact]
    public void Remembers_no_more_than_it_may()
    {
        var seen = new SeenDeliveries(capacity: 2);
        Assert.True(seen.Add("1", "1"u8));
        Assert.True(seen.Add("2", "2"u8));
        Assert.False(seen.Add("1", "1"u8));
        Assert.True(seen.Add("3", "3"u8));
        Assert.True(seen.Add("1", "1"u8));
    }

    private static string Request(string action, string merged) =>
        $$$"""{"action":"{{{action}}}","number":8,"pull_request":{"number":8,"merged":{{{merged}}},"head":{"ref":"selfheal/one","sha":"{{{Sha}}}"}},"repository":{"full_name":"shop/deploy"},"sender":{"login":"ann"}}""";

    private static HookReader NewReader(HookForge forge) => new(forge, [Secret], new SeenDeliveries());

    private static HookReading Read(HookForge forge, string name, string body, string id = "1") => Read(NewReader(forge), forge, name, body, id);

    private static HookReading Read(HookReader reader, HookForge forge, string name, string body, string id)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var hex = Convert.ToHexStringLower(HMACSHA256.HashData(Secret, bytes));
        var headers = forge == HookForge.GitHub
            ? new Dictionary<string, string> { ["X-Hub-Signature-256"] = $"sha256={hex}", ["X-GitHub-Event"] = name, ["X-GitHub-Delivery"] = id }
            : new Dictionary<string, string> { ["X-Gitea-Signature"] = hex, ["X-Gitea-Event"] = name, ["X-Gitea-Delivery"] = id };
        return reader.Read(headers.GetValueOrDefault, bytes);
    }
}
