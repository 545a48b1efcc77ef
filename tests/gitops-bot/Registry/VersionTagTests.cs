using System.Net;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

public sealed class VersionTagTests
{
    [Fact]
    public void Releases_come_before_variants_before_pre_releases_and_newer_before_older()
    {
        string[] expected =
        [
            "v10.0.0", "2.0.0", "v2.0.0", "1.10.0.1", "1.10.0", "1.9.9", "3.0.0-debian-13", "3.0.0-debian-12", "1.0.0-alpine",
            "4.0.0-rc.10", "4.0.0-rc.9", "4.0.0-beta.2", "4.0.0-alpha.1", "4.0.0-alpha",
        ];
        var tags = expected.Reverse().Select(tag => VersionTag.TryParse(tag, out var version, out _) ? version : throw new ArgumentException(tag)).ToList();

        tags.Sort(VersionTag.BestFirst);

        Assert.Equal(expected, tags.Select(tag => tag.Tag));
    }

    [Theory]
    [InlineData("latest", "names no version")]
    [InlineData("stable", "names no version")]
    [InlineData("1", "names a line of versions")]
    [InlineData("v1.2", "names a line of versions")]
    [InlineData("1.2-alpine", "names a line of versions")]
    [InlineData("sha-0123abc", "names no version")]
    [InlineData("1.2.3.4.5", "names no version")]
    [InlineData("99999999999999999999.0.0", "names no version")]
    public void What_moves_is_set_aside_with_the_reason(string tag, string reason)
    {
        Assert.False(VersionTag.TryParse(tag, out _, out var whyNot));
        Assert.StartsWith(reason, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry.internal", true, "10.0.0.1", true)]
    [InlineData("registry.internal", true, "127.0.0.1", true)]
    [InlineData("registry.internal", true, "169.254.169.254", false)]
    [InlineData("registry.internal", true, "fe80::1", false)]
    [InlineData("registry.internal", true, "fd00:ec2::254", false)]
    [InlineData("registry.internal", true, "100.100.100.200", false)]
    [InlineData("169.254.1.1", true, "169.254.1.1", true)]
    [InlineData("any.example.com", false, "203.0.113.7", true)]
    [InlineData("any.example.com", false, "172.31.0.1", false)]
    [InlineData("any.example.com", false, "100.64.0.1", false)]
    [InlineData("any.example.com", false, "0.0.0.0", false)]
    [InlineData("any.example.com", false, "::", false)]
    [InlineData("any.example.com", false, "fd12::1", false)]
    [InlineData("any.example.com", false, "::ffff:10.0.0.1", false)]
    [InlineData("any.example.com", false, "2002:7f00:1::", false)]
    [InlineData("any.example.com", false, "2001:db8::1", true)]
    [InlineData("any.example.com", false, "224.0.0.1", false)]
    public void An_address_is_judged_by_what_it_is_and_who_wrote_its_name(string host, bool isNamed, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, AddressPolicy.WhyNot(host, isNamed, IPAddress.Parse(address)) is null);

    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("1000:0", 1000L)]
    [InlineData("", 0L)]
    [InlineData("0:0", 0L)]
    [InlineData(":5", 0L)]
    [InlineData("nobody", null)]
    [InlineData("-1", null)]
    [InlineData("4294967296", null)]
    public void A_user_is_a_number_only_where_it_is_written_as_one(string user, long? uid) => Assert.Equal(uid, new ImageUser(user).Uid);

    [Fact]
    public async Task An_answer_is_remembered_for_a_while_and_an_absence_for_less()
    {
        var clock = new Install.StillClock(DateTimeOffset.UnixEpoch);
        var images = new Counting();
        var cached = new CachedImages(images, TimeSpan.FromMinutes(5), clock);
        Assert.True(ImageReference.TryParse("registry.example.com/api", out var image));

        await cached.AskAsync(image, CancellationToken.None);
        await cached.AskAsync(image, CancellationToken.None);
        Assert.Equal(1, images.Asked);
        clock.Now += TimeSpan.FromSeconds(31);
        await cached.AskAsync(image, CancellationToken.None);
        Assert.Equal(2, images.Asked);
    }

    private sealed class Counting : IImages
    {
        public int Asked { get; private set; }

        public Task<ImageAnswer> AskAsync(ImageReference image, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult<ImageAnswer>(new ImageAnswer.Absent(AbsenceCode.UnknownImage, "none"));
        }
    }
}
