using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

/// <summary>What holds of every registry: of the double that other tests believe, and of Debian's.</summary>
public sealed class RegistryImagesTests
{
    private delegate Task Push(string repository, SampleImage image, params string[] tags);

    [Fact]
    public async Task The_double_answers_as_a_registry_does()
    {
        await using var fake = new FakeRegistry { PageSize = 2 };
        Push push = (repository, image, tags) =>
        {
            fake.Push(repository, image, tags);
            return Task.CompletedTask;
        };
        await Answers(fake.Host, push);
    }

    [DebianRegistryFact]
    public async Task Debians_registry_answers_as_a_registry_does()
    {
        await using var registry = await DebianRegistry.StartAsync();
        await Answers(registry.Host, registry.PushAsync);
    }

    [DebianRegistryFact]
    public async Task Debians_registry_with_passwords_lets_in_whom_the_Docker_configuration_names()
    {
        await using var registry = await DebianRegistry.StartAsync(isClosed: true);
        await registry.PushAsync("shop/api", SampleImage.Of("1000"), "latest");
        using var folder = new TempFolder();
        var settings = Asking.Of(registry.Host) with { DockerConfig = folder["config.json"] };

        folder.Write("config.json", "{}");
        var without = await settings.Absent($"{registry.Host}/shop/api");
        folder.Write("config.json", Auths(registry.Host, DebianRegistry.User, "wrong-password"));
        var wrong = await settings.Absent($"{registry.Host}/shop/api");
        folder.Write("config.json", Auths(registry.Host, DebianRegistry.User, DebianRegistry.Password));
        var evidence = await settings.Known($"{registry.Host}/shop/api");

        Assert.Equal((AbsenceCode.Unauthorised, AbsenceCode.Unauthorised), (without.Code, wrong.Code));
        Assert.Contains("Docker configuration has none", without.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(1000, evidence.Uid);
    }

    [Fact]
    public async Task A_mirror_is_asked_first_and_the_registry_where_it_lacks_the_image()
    {
        await using var home = new FakeRegistry();
        await using var mirror = new FakeRegistry();
        home.Push("shop/api", SampleImage.Of("1", "home"), "latest");
        home.Push("shop/web", SampleImage.Of("2", "home"), "latest");
        mirror.Push("cache/shop/api", SampleImage.Of("3", "mirror"), "latest");
        Assert.True(ImagePrefix.TryParse($"{mirror.Host}/cache", out var prefix));
        var settings = Asking.Settings(
            ("registry.example.com", Asking.Plain(home.Host) with { Mirrors = [prefix] }), (mirror.Host, Asking.Plain(mirror.Host)));

        var api = await settings.Known("registry.example.com/shop/api");
        Assert.Equal((mirror.Host, 3L, 0), (api.Host, api.Uid, home.Asked.Count));
        var web = await settings.Known("registry.example.com/shop/web");
        Assert.Equal(("registry.example.com", 2L), (web.Host, web.Uid));
    }

    [Fact]
    public async Task A_mirror_that_lies_is_not_passed_over()
    {
        await using var home = new FakeRegistry();
        await using var mirror = new FakeRegistry { Misbehave = _ => new(200, [], ("Docker-Content-Digest", "sha256:none")) };
        home.Push("shop/api", SampleImage.Of("1"), "latest");
        Assert.True(ImagePrefix.TryParse(mirror.Host, out var prefix));
        var settings = Asking.Settings(
            ("registry.example.com", Asking.Plain(home.Host) with { Mirrors = [prefix] }), (mirror.Host, Asking.Plain(mirror.Host)));

        Assert.Equal(AbsenceCode.Lies, (await settings.Absent("registry.example.com/shop/api")).Code);
        Assert.Empty(home.Asked);
    }

    internal static string Auths(string host, string user, string password)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return new JsonObject { ["auths"] = new JsonObject { [host] = new JsonObject { ["auth"] = auth } } }.ToJsonString();
    }

    private static async Task Answers(string host, Push push)
    {
        var single = SampleImage.Of("1000:1000", "single");
        await push("shop/api", SampleImage.Of("1000", "older"), "1.9.0", "1.9", "2.0.0-rc.1");
        await push("shop/api", single, "latest", "stable", "1", "1.10", "v1.10.0", "1.10.0-alpine", "1.8.0");
        await push("shop/api", SampleImage.Of("1000", "newer"), "1.11.0");
        var several = SampleImage.Index(("linux", "arm64", SampleImage.Of("app", architecture: "arm64")), ("linux", "amd64", SampleImage.Of("")));
        await push("shop/web", several, "latest");
        var settings = Asking.Of(host);

        var api = await settings.Known($"{host}/shop/api");
        Assert.Equal((single.Digest, "v1.10.0", 1000L), (api.Digest, api.Version?.Tag, api.Uid));
        Assert.Equal(host, api.Host);
        var config = Assert.Single(api.Configs);
        Assert.Equal(("linux/amd64", "1000:1000", "/srv", single.Blobs[0].Digest), (config.Platform.ToString(), config.User.Text, config.WorkingFolder, config.Digest));
        Assert.Equal(["/app"], config.Entrypoint);
        Assert.Equal(["serve", "single"], config.Command);
        Assert.Equal(["8080/tcp"], config.Ports);
        Assert.Equal(["1", "1.10", "1.9", "latest", "stable"], api.SetAside.Select(tag => tag.Tag).Order(StringComparer.Ordinal));

        var pinned = await settings.Known($"{host}/shop/api@{single.Digest}");
        Assert.Equal((single.Digest, null), (pinned.Digest, pinned.Version));

        var web = await settings.Known($"{host}/shop/web:latest");
        Assert.Equal((several.Digest, 0L, null), (web.Digest, web.Uid, web.Version));
        Assert.Equal("linux/amd64", Assert.Single(web.Configs).Platform.ToString());
        Assert.Equal(["linux/arm64", "linux/amd64"], web.Platforms.Select(platform => platform.ToString()));
        Assert.Contains("lists no tag", web.WhyNoVersion, StringComparison.Ordinal);

        var both = settings with { Platforms = [ImagePlatform.Default, new("linux", "arm64")] };
        var twice = await both.Known($"{host}/shop/web:latest");
        Assert.Equal(["", "app"], twice.Configs.Select(each => each.User.Text));
        Assert.Null(twice.Uid);
        var other = await (settings with { Platforms = [new("windows", "amd64")] }).Known($"{host}/shop/web");
        Assert.Equal((null, "the image is not for windows/amd64"), (other.Uid, other.WhyNoConfig));

        Assert.Equal(AbsenceCode.UnknownImage, (await settings.Absent($"{host}/shop/none:latest")).Code);
        Assert.Equal(AbsenceCode.UnknownImage, (await settings.Absent($"{host}/shop/api:9.9.9")).Code);
    }
}
