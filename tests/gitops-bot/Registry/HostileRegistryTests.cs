using System.Net;
using System.Net.Sockets;
using System.Text;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

/// <summary>A registry that lies, sends elsewhere, hangs or drowns us is no evidence, and is asked no more than it may be.</summary>
public sealed class HostileRegistryTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly SampleImage Image = SampleImage.Of("1000");
    private static readonly SampleImage Other = SampleImage.Of("0", "other");

    private readonly FakeRegistry registry = new();

    public Task InitializeAsync()
    {
        registry.Push("shop/api", Image, "latest", "1.0.0");
        registry.Push("shop/api", Other, "0.9.0");
        return Task.CompletedTask;
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Theory]
    [InlineData("another manifest for the digest")]
    [InlineData("a digest that is none")]
    [InlineData("a digest that it does not have")]
    [InlineData("an index as its content type")]
    [InlineData("another configuration")]
    [InlineData("a longer configuration")]
    [InlineData("another image under the version")]
    [InlineData("the next page elsewhere")]
    public async Task Lies_are_no_evidence(string lie)
    {
        registry.Misbehave = request => (lie, request.Method, request.Path.Split('/')[^2], request.Path.Split('/')[^1]) switch
        {
            ("another manifest for the digest", "GET", "manifests", _) => Manifest(Other.Manifest.Bytes, Image.Digest),
            ("a digest that is none", "HEAD", _, _) => Manifest([], "sha256:latest"),
            ("a digest that it does not have", "HEAD", _, _) => Manifest([], "sha256:" + new string('0', 64)),
            ("an index as its content type", "GET", "manifests", _) =>
                new(200, Image.Manifest.Bytes, ("Content-Type", "application/vnd.oci.image.index.v1+json")),
            ("another configuration", _, "blobs", _) => new(200, Other.Blobs[0].Bytes),
            ("a longer configuration", _, "blobs", _) => new(200, [.. Image.Blobs[0].Bytes, (byte)'\n']),
            ("another image under the version", "GET", "manifests", "1.0.0") => Manifest(Other.Manifest.Bytes, Image.Digest),
            ("the next page elsewhere", _, "tags", _) =>
                HttpTold.Text(200, """{"tags":["1.0.0"]}""", ("Link", "</v2/shop/secret/tags/list?last=x>; rel=\"next\"")),
            _ => null,
        };

        var answer = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");

        Assert.Equal(AbsenceCode.Lies, answer.Code);
        Assert.StartsWith($"{registry.Host}/shop/api: {registry.Host}", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Asked, request => request.Path.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, nameof(AbsenceCode.Busy))]
    [InlineData(500, nameof(AbsenceCode.Failing))]
    [InlineData(503, nameof(AbsenceCode.Failing))]
    public async Task What_is_transient_is_asked_again_and_no_more_often_than_it_may(int status, string code)
    {
        registry.Misbehave = _ => HttpTold.Text(status, "later");

        var answer = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");

        Assert.Equal((code, true, 2), (answer.Code.ToString(), answer.IsTransient, registry.Asked.Count));
    }

    [Fact]
    public async Task What_is_transient_may_pass()
    {
        var failures = 0;
        registry.Misbehave = _ => Interlocked.Increment(ref failures) == 1 ? HttpTold.Text(503, "") : null;

        Assert.Equal(Image.Digest, (await Asking.Of(registry.Host).Known($"{registry.Host}/shop/api")).Digest);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(418)]
    public async Task What_is_not_transient_is_asked_once(int status)
    {
        registry.Misbehave = request => request.Method == "HEAD" && status == 418 ? null : HttpTold.Text(status, "no");

        var answer = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");

        Assert.False(answer.IsTransient);
        Assert.Equal(status == 418 ? 2 : 1, registry.Asked.Count);
    }

    [Fact]
    public async Task A_registry_that_wants_to_be_left_alone_for_long_is()
    {
        registry.Misbehave = _ => HttpTold.Text(429, "", ("Retry-After", "3600"));

        Assert.Equal(AbsenceCode.Busy, (await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api")).Code);
        Assert.Single(registry.Asked);
    }

    [Fact]
    public async Task A_registry_that_never_answers_is_slow()
    {
        registry.Misbehave = _ => new(200, []) { Hangs = true };
        var settings = Asking.Of(registry.Host) with { Limits = Asking.Limits with { CallTimeout = TimeSpan.FromMilliseconds(100), Attempts = 1 } };

        Assert.Equal(AbsenceCode.Slow, (await settings.Absent($"{registry.Host}/shop/api")).Code);
    }

    [Fact]
    public async Task All_there_is_to_ask_has_an_end_too()
    {
        registry.Misbehave = request => request.Path.Contains("tags", StringComparison.Ordinal) ? new(200, []) { Hangs = true } : null;
        var settings = Asking.Of(registry.Host) with { Limits = Asking.Limits with { ImageTimeout = TimeSpan.FromMilliseconds(500) } };

        Assert.Equal(AbsenceCode.Slow, (await settings.Absent($"{registry.Host}/shop/api")).Code);
    }

    [Fact]
    public async Task A_manifest_that_breaks_off_is_none()
    {
        registry.Misbehave = request => request.Method == "GET" ? new(200, Image.Manifest.Bytes, ("Content-Type", Image.Manifest.Type)) { IsCut = true } : null;

        var absent = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");
        Assert.Equal((AbsenceCode.Unreachable, Asking.Limits.Attempts), (absent.Code, absent.Tries));
    }

    [Fact]
    public async Task A_manifest_without_end_is_not_read()
    {
        registry.Misbehave = request => request.Method == "GET" ? new(200, new byte[5 << 20], ("Content-Type", Image.Manifest.Type)) : null;

        Assert.Equal(AbsenceCode.TooLarge, (await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api")).Code);
    }

    [Fact]
    public async Task Pages_without_end_give_no_version_and_leave_the_digest()
    {
        var page = 0;
        registry.Misbehave = request => request.Path.EndsWith("/tags/list", StringComparison.Ordinal)
            ? HttpTold.Text(200, """{"tags":["1.0.0"]}""", ("Link", $"<{request.Path}?last={page++}>; rel=\"next\""))
            : null;

        var evidence = await Asking.Of(registry.Host).Known($"{registry.Host}/shop/api");

        Assert.Equal((Image.Digest, null), (evidence.Digest, evidence.Version));
        Assert.Contains("more than 50 pages", evidence.WhyNoVersion, StringComparison.Ordinal);
        Assert.Equal(50, page);
    }

    [Theory]
    [InlineData("{\"schemaVersion\":2,\"schemaVersion\":2}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"config\":7}")]
    [InlineData("{\"config\":{\"mediaType\":\"\\ud800\",\"digest\":\"x\"}}")]
    public async Task A_manifest_of_another_form_is_no_configuration(string json)
    {
        var content = new SampleContent(Encoding.UTF8.GetBytes(json), Image.Manifest.Type);
        registry.Push("shop/odd", new(content, [], []), "latest");

        var answer = await Asking.Of(registry.Host).Ask($"{registry.Host}/shop/odd");

        Assert.Null((answer as ImageAnswer.Known)?.Evidence.Uid);
    }

    [Fact]
    public async Task A_configuration_that_is_said_to_be_huge_is_not_asked_for()
    {
        registry.Push("shop/huge", Image.WithConfigNamed(Image.Blobs[0].Digest, 1L << 40), "latest");

        var evidence = await Asking.Of(registry.Host).Known($"{registry.Host}/shop/huge");

        Assert.Contains("4194304 are read at most", evidence.WhyNoConfig, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Asked, request => request.Path.Contains("blobs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_host_that_nobody_named()
    {
        var answer = await RegistrySettings.None.Absent($"{registry.Host}/shop/api");

        Assert.Equal(AbsenceCode.NotAllowed, answer.Code);
        Assert.Contains("registries.hosts", answer.Message, StringComparison.Ordinal);
        Assert.Empty(registry.Asked);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://elsewhere.example.com/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_leads_to_no_host_that_nobody_named(string target)
    {
        registry.Misbehave = _ => HttpTold.Text(307, "", ("Location", target));

        var answer = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");

        Assert.Equal(AbsenceCode.NotAllowed, answer.Code);
        Assert.Single(registry.Asked);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    public async Task A_redirect_that_a_pattern_allows_leads_to_no_private_address(string address)
    {
        registry.Misbehave = _ => HttpTold.Text(307, "", ("Location", "https://blobs.example.com/x"));
        var settings = Asking.Settings((registry.Host, Asking.Plain(registry.Host) with { RedirectsTo = ["*.example.com"] }));

        var answer = await settings.Absent($"{registry.Host}/shop/api", (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }));

        Assert.Equal(AbsenceCode.NotAllowed, answer.Code);
        Assert.Contains("private, loopback, link-local or metadata", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_a_host_that_is_named_is_followed_without_credentials()
    {
        await using var storage = new FakeRegistry();
        storage.Push("shop/api", Image, "latest");
        registry.Challenge = "Basic realm=\"r\"";
        registry.Key = "Basic " + Convert.ToBase64String("user:hunter2"u8);
        registry.Misbehave = request => request.Path.Contains("/blobs/", StringComparison.Ordinal) && request.Authorization == registry.Key
            ? HttpTold.Text(307, "", ("Location", $"http://{storage.Host}{request.Target}"))
            : null;
        using var folder = new TempFolder();
        folder.Write("config.json", RegistryImagesTests.Auths(registry.Host, "user", "hunter2"));
        var settings = Asking.Settings(
            (registry.Host, Asking.Plain(registry.Host) with { RedirectsTo = [storage.Host] }), (storage.Host, Asking.Plain(storage.Host))) with
        {
            DockerConfig = folder["config.json"],
        };

        var evidence = await settings.Known($"{registry.Host}/shop/api");

        Assert.Equal(1000, evidence.Uid);
        Assert.Null(Assert.Single(storage.Asked).Authorization);
    }

    [Fact]
    public async Task A_registry_without_TLS_is_not_spoken_to_without_it_and_not_tried_twice()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var asking = Asking.Settings((host, new RegistryHost(host))).Absent($"{host}/shop/api");
        using (var client = await listener.AcceptTcpClientAsync())
        {
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            Assert.Equal(AbsenceCode.Untrusted, (await asking).Code);
        }

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Redirects_end()
    {
        registry.Misbehave = request => HttpTold.Text(302, "", ("Location", request.Target));

        var answer = await Asking.Of(registry.Host).Absent($"{registry.Host}/shop/api");

        Assert.Equal((AbsenceCode.NotAllowed, 4), (answer.Code, registry.Asked.Count));
    }

    private static HttpTold Manifest(byte[] bytes, string digest) => new(200, bytes, ("Content-Type", Image.Manifest.Type), ("Docker-Content-Digest", digest));
}
