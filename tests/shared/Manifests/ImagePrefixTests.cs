using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class ImagePrefixTests
{
    [Theory]
    [InlineData("registry.example.com", "registry.example.com/web", true)]
    [InlineData("registry.example.com", "registry.example.com:5000/web", false)]
    [InlineData("registry.example.com:5000", "registry.example.com:5000/web", true)]
    [InlineData("REGISTRY.example.com", "registry.EXAMPLE.com/web", true)]
    [InlineData("registry.example.com/shop", "registry.example.com/shop/web", true)]
    [InlineData("registry.example.com/shop/", "registry.example.com/shop/web", true)]
    [InlineData("registry.example.com/shop", "registry.example.com/shop", true)]
    [InlineData("registry.example.com/shop", "registry.example.com/shop-evil/web", false)]
    [InlineData("registry.example.com/shop", "registry.example.com/shopping", false)]
    [InlineData("registry.example.com/shop", "registry.example.com/web", false)]
    [InlineData("registry.example.com/shop/a", "registry.example.com/shop/a:1", true)]
    [InlineData("docker.io", "nginx", true)]
    [InlineData("docker.io", "team/web", true)]
    [InlineData("index.docker.io", "docker.io/team/web", true)]
    [InlineData("docker.io", "index.docker.io/nginx", true)]
    [InlineData("docker.io/library", "nginx", true)]
    [InlineData("docker.io/library", "docker.io/nginx", true)]
    [InlineData("docker.io/library", "library/nginx", true)]
    [InlineData("docker.io/library/nginx", "nginx:1.27", true)]
    [InlineData("docker.io/library/nginx", "nginx-extra", false)]
    [InlineData("docker.io/library", "team/web", false)]
    [InlineData("docker.io/team", "team/web", true)]
    [InlineData("docker.io/team", "team", false)]
    [InlineData("docker.io/nginx", "nginx", false)]
    [InlineData("localhost/team", "localhost/team/web", true)]
    [InlineData("localhost", "localhost:5000/web", false)]
    public void Contains_by_whole_segments(string prefix, string image, bool expected)
    {
        Assert.True(ImageText.TryParse(Encoding.UTF8.GetBytes(image), out var text));
        Assert.Equal(expected, Parse(prefix).Contains(text));
    }

    [Theory]
    [InlineData("registry.example.com/mirror", "nginx", "registry.example.com/mirror/library/nginx")]
    [InlineData("registry.example.com", "team/web:1", "registry.example.com/team/web:1")]
    [InlineData("registry.example.com/m", "tools.example.com/web:1", "registry.example.com/m/web:1")]
    public void Mirrors_the_path(string prefix, string image, string expected)
    {
        Assert.True(ImageReference.TryParse(image, out var reference));
        Assert.Equal(expected, Parse(prefix).Mirror(reference).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("shop")]
    [InlineData("shop/web")]
    [InlineData("https://registry.example.com")]
    [InlineData("registry.example.com/web:1")]
    [InlineData("registry.example.com//web")]
    [InlineData("registry.example.com/*")]
    public void Is_no_place(string? text) => Assert.False(ImagePrefix.TryParse(text, out _));

    private static ImagePrefix Parse(string text) => ImagePrefix.TryParse(text, out var prefix) ? prefix : throw new InvalidOperationException(text);
}
