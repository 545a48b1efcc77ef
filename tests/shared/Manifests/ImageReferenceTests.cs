using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class ImageReferenceTests
{
    private const string Sha256 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx", null, "nginx", null)]
    [InlineData("nginx:1.25", null, "nginx", "1.25")]
    [InlineData("nginx:LATEST", null, "nginx", "LATEST")]
    [InlineData("library/nginx", null, "library/nginx", null)]
    [InlineData("docker.io/nginx", "docker.io", "nginx", null)]
    [InlineData("docker.io/library/nginx:1", "docker.io", "library/nginx", "1")]
    [InlineData("host:5000/x", "host:5000", "x", null)]
    [InlineData("host:5000/x:1", "host:5000", "x", "1")]
    [InlineData("host:5000", null, "host", "5000")]
    [InlineData("localhost/x", "localhost", "x", null)]
    [InlineData("Registry/x", "Registry", "x", null)]
    [InlineData("[::1]:5000/x:2", "[::1]:5000", "x", "2")]
    [InlineData("[2001:db8::1]/x", "[2001:db8::1]", "x", null)]
    [InlineData("my-registry.example.com/team/app_one/sub--part:v1_2.3-rc", "my-registry.example.com", "team/app_one/sub--part", "v1_2.3-rc")]
    [InlineData("a__b/c.d:_", null, "a__b/c.d", "_")]
    [InlineData("foo_bar.com/x", "foo_bar.com", "x", null)]
    public void Parts_a_reference_as_the_kubelet_does(string text, string? registry, string repository, string? tag)
    {
        Assert.True(ImageReference.TryParse(text, out var image));
        Assert.Equal(new ImageReference(registry, repository, tag, null), image);
        Assert.Equal(text, image.ToString());
    }

    [Theory]
    [InlineData("x:latest@" + Sha256, "latest")]
    [InlineData("x@" + Sha256, null)]
    public void Finds_the_digest_behind_a_tag(string text, string? tag)
    {
        Assert.True(ImageReference.TryParse(text, out var image));
        Assert.Equal(tag, image.Tag);
        Assert.Equal(Sha256, image.Digest);
        Assert.Equal(text, image.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" nginx")]
    [InlineData("nginx ")]
    [InlineData("nginx:")]
    [InlineData(":1.25")]
    [InlineData("nginx@")]
    [InlineData("@" + Sha256)]
    [InlineData("Nginx")]
    [InlineData("team/App")]
    [InlineData("docker.io/Nginx")]
    [InlineData("nginx:a:b")]
    [InlineData("nginx:-1")]
    [InlineData("nginx:.1")]
    [InlineData("nginx:v 1")]
    [InlineData("nginx:1+build")]
    [InlineData("/nginx")]
    [InlineData("nginx/")]
    [InlineData("a//b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a_-b")]
    [InlineData("a___b")]
    [InlineData("a..b")]
    [InlineData("https://docker.io/nginx")]
    [InlineData("host:port/x")]
    [InlineData("host:/x")]
    [InlineData("-host.com/x")]
    [InlineData("host..com/x")]
    [InlineData("[::1/x")]
    [InlineData("[]:1/x")]
    [InlineData("[xyz]:1/x")]
    [InlineData("docker.io/")]
    [InlineData("x@sha256:0123")]
    [InlineData("x@md5:0123456789abcdef0123456789abcdef")]
    [InlineData("x@SHA256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("x@sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("x@" + Sha256 + "@" + Sha256)]
    [InlineData("x@" + Sha256 + ":1")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("{{ .Values.image }}")]
    [InlineData("${IMAGE}")]
    [InlineData("nginх")]
    [InlineData("nginx：1")]
    [InlineData("nginx:1․25")]
    [InlineData("nginx\u200b")]
    [InlineData("nginx\n")]
    [InlineData("nginx\0")]
    public void Refuses_what_the_kubelet_refuses(string text)
    {
        Assert.False(ImageReference.TryParse(text, out var image));
        Assert.Null(image);
    }

    [Fact]
    public void Holds_the_bounds_of_length()
    {
        Assert.True(ImageReference.TryParse("x:" + new string('1', 128), out _));
        Assert.False(ImageReference.TryParse("x:" + new string('1', 129), out _));
        Assert.True(ImageReference.TryParse(new string('x', 255), out _));
        Assert.False(ImageReference.TryParse(new string('x', 256), out _));
        Assert.True(ImageReference.TryParse("host.example.com:5000/" + new string('x', 255), out _));
        Assert.False(ImageReference.TryParse(new string('x', 1_000_000), out _));
        Assert.False(ImageReference.TryParse(null, out _));
    }

    [Fact]
    public void Refuses_bytes_that_are_no_text() => Assert.False(ImageText.TryParse([0xFF, 0xFE, 0x80], out _));

    [Fact]
    public void Parts_the_bytes_of_a_reference_without_allocating()
    {
        ReadOnlySpan<byte> text = "host:5000/team/x:1.2"u8;
        Assert.True(ImageText.TryParse(text, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ImageText.TryParse(text, out var image));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(image.Registry.SequenceEqual("host:5000"u8));
        Assert.True(image.Repository.SequenceEqual("team/x"u8));
        Assert.True(image.Tag.SequenceEqual("1.2"u8));
        Assert.True(image.Digest.IsEmpty);
    }
}
