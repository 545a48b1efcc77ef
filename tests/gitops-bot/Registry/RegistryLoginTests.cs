using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

public sealed class RegistryLoginTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly string Basic = "Basic " + Convert.ToBase64String("robot:hunter2"u8);

    private readonly FakeRegistry registry = new();
    private readonly FakeTokenServer server = new();
    private readonly TempFolder folder = new();

    public Task InitializeAsync()
    {
        registry.Push("shop/api", SampleImage.Of("1000"), "latest", "1.0.0");
        registry.Challenge = $"Bearer realm=\"http://{server.Host}/token\",service=\"shop\",scope=\"repository:shop/secret:pull,push\"";
        registry.Key = "Bearer opaque-token";
        return Task.CompletedTask;
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_for_this_repository_alone()
    {
        await Settings().Known($"{registry.Host}/shop/api");

        var asked = Assert.Single(server.Asked);
        Assert.Equal("/token?scope=repository%3Ashop%2Fapi%3Apull&service=shop", asked.Target);
        Assert.Null(asked.Authorization);
    }

    [Fact]
    public async Task The_token_server_is_shown_the_credentials_and_the_registry_is_not()
    {
        server.Wanted = Basic;
        folder.Write("config.json", RegistryImagesTests.Auths(registry.Host, "robot", "hunter2"));

        await (Settings() with { DockerConfig = folder["config.json"] }).Known($"{registry.Host}/shop/api");

        Assert.DoesNotContain(registry.Asked, request => request.Authorization == Basic);
    }

    [Fact]
    public async Task A_token_server_that_nobody_named_is_asked_nothing()
    {
        folder.Write("config.json", RegistryImagesTests.Auths(registry.Host, "robot", "hunter2"));

        var answer = await (Asking.Of(registry.Host) with { DockerConfig = folder["config.json"] }).Absent($"{registry.Host}/shop/api");

        Assert.Equal(AbsenceCode.NotAllowed, answer.Code);
        Assert.Contains("tokenServer", answer.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_registry_that_takes_no_token_is_asked_no_third_time()
    {
        registry.Key = "Bearer another";

        Assert.Equal(AbsenceCode.Unauthorised, (await Settings().Absent($"{registry.Host}/shop/api")).Code);
        Assert.Equal((2, 1), (registry.Asked.Count, server.Asked.Count));
    }

    [Fact]
    public async Task A_token_that_has_died_is_asked_for_anew()
    {
        using var images = new RegistryImages(Settings(), TimeProvider.System);
        Assert.True(ImageReference.TryParse($"{registry.Host}/shop/api", out var image));
        Assert.IsType<ImageAnswer.Known>(await images.AskAsync(image, CancellationToken.None));
        (server.Token, registry.Key) = ("second", "Bearer second");

        Assert.IsType<ImageAnswer.Known>(await images.AskAsync(image, CancellationToken.None));
        Assert.Equal(2, server.Asked.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"token\":\"two words\"}")]
    [InlineData("{\"token\":\"a\\r\\nHost: evil\"}")]
    [InlineData("not json")]
    public async Task An_answer_without_a_token_is_none(string body)
    {
        server.Misbehave = _ => HttpTold.Text(200, body);

        Assert.Equal(AbsenceCode.Malformed, (await Settings().Absent($"{registry.Host}/shop/api")).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Negotiate")]
    [InlineData("Bearer service=\"no realm\"")]
    public async Task A_registry_that_does_not_say_how_to_log_in_is_not_logged_in_to(string? challenge)
    {
        registry.Misbehave = _ => challenge is null ? HttpTold.Text(401, "") : HttpTold.Text(401, "", ("WWW-Authenticate", challenge));

        Assert.Equal(AbsenceCode.Unauthorised, (await Settings().Absent($"{registry.Host}/shop/api")).Code);
        Assert.Single(registry.Asked);
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("{\"auths\":{\"HOST\":{\"auth\":\"aHVudGVyMg==\"}}}", "is not user:password")]
    [InlineData("{\"auths\":{\"HOST\":{\"identitytoken\":\"hunter2\"}}}", "identity token")]
    [InlineData("{\"credsStore\":\"../../evil\"}", "must be lower-case")]
    [InlineData("{\"credHelpers\":{\"HOST\":\"not-there-9\"}}", "was not found in PATH")]
    public async Task A_Docker_configuration_that_cannot_be_used_is_said_so(string json, string message)
    {
        folder.Write("config.json", json.Replace("HOST", registry.Host, StringComparison.Ordinal));

        var answer = await (Settings() with { DockerConfig = folder["config.json"] }).Absent($"{registry.Host}/shop/api");

        Assert.Equal(AbsenceCode.BadCredentials, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", answer.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("read server; test \"$1\" = get && echo \"{\\\"ServerURL\\\":\\\"$server\\\",\\\"Username\\\":\\\"robot\\\",\\\"Secret\\\":\\\"hunter2\\\"}\"", "Found")]
    [InlineData("echo 'credentials not found in native keychain'; exit 1", "None")]
    [InlineData("echo hunter2; exit 3", "exit code 3")]
    [InlineData("echo '{\"Username\":\"<token>\",\"Secret\":\"hunter2\"}'", "identity token")]
    [InlineData("yes hunter2", "more than 65536 bytes")]
    [InlineData("sleep 600", "did not answer")]
    [InlineData("yes hunter2 >&2 & echo '{}'; kill $!", "without Username and Secret")]
    public async Task A_credential_helper_is_a_program_that_may_fail(string script, string expected)
    {
        var name = $"t{Guid.NewGuid():N}"[..20];
        var program = Path.Combine(folder.Root, "docker-credential-" + name);
        folder.Write("docker-credential-" + name, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var timeout = expected == "did not answer" ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(30);

        var reading = await new CredentialHelper(timeout, TimeProvider.System, folder.Root).GetAsync(name, "registry.example.com", CancellationToken.None);

        Assert.Contains(expected, reading is CredentialsReading.Failed failed ? failed.Message : reading.GetType().Name, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reading.ToString(), StringComparison.Ordinal);
        if (reading is CredentialsReading.Found found)
        {
            Assert.Equal(("robot", "hunter2"), (found.Credentials.User, found.Credentials.Password));
        }
    }

    private RegistrySettings Settings() => Asking.Settings(
        (registry.Host, Asking.Plain(registry.Host) with { TokenServer = server.Host }), (server.Host, Asking.Plain(server.Host)));
}
