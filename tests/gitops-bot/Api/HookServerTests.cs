using System.Net;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Api;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Api;

public sealed class HookServerTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "it is not told";

    private readonly TempFolder folder = new();
    private readonly List<string> hinted = [];
    private readonly HashSet<string> known = [];
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());
    private HookServer server = null!;

    public async Task InitializeAsync()
    {
        folder.Write("secret", Secret + "\n");
        var configuration = BotConfiguration.Standard(folder["state"]) with
        {
            Forges = new Dictionary<string, ForgeSettings>
            {
                ["git"] = new(ForgeKind.Gitea) { Url = new("https://git.example.com/"), WebhookSecret = new SecretSource.InFile(folder["secret"]) },
                ["silent"] = new(ForgeKind.Gitea) { Url = new("https://git.example.com/") },
            },
            Repositories =
            [
                new("shop", RemoteUrl.Parse("https://git.example.com/acme/shop.git"), "git"),
                new("blog", RemoteUrl.Parse("https://git.example.com/acme/blog.git"), "git"),
            ],
        };
        server = new(configuration, new(IPAddress.Loopback, 0), hinted.Add, (id, _) => Task.FromResult(known.Add(id)));
        await server.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        http.Dispose();
        if (Directory.Exists(folder.Root))
        {
            folder.Dispose();
        }
    }

    [Fact]
    public async Task A_signed_push_makes_its_repository_the_next()
    {
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(Push("acme/shop"), "1"));
        Assert.Equal("shop", Assert.Single(hinted));
    }

    [Fact]
    public async Task The_same_delivery_counts_once_also_after_a_restart()
    {
        var push = Push("acme/shop");
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(push, "1"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(push, "1"));
        known.Add("git 2");
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(Push("acme/blog"), "2"));
        Assert.Equal("shop", Assert.Single(hinted));
    }

    [Fact]
    public async Task What_is_not_signed_is_not_read()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Push("acme/shop"), "1", secret: "guessed"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("{", "2", secret: "guessed"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("{", "3"));
        Assert.Empty(hinted);
    }

    [Theory]
    [InlineData("/hooks/other", "POST", HttpStatusCode.NotFound)]
    [InlineData("/hooks/silent", "POST", HttpStatusCode.NotFound)]
    [InlineData("/hooks", "POST", HttpStatusCode.NotFound)]
    [InlineData("/", "GET", HttpStatusCode.NotFound)]
    [InlineData("/hooks/git", "GET", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/healthz", "GET", HttpStatusCode.OK)]
    public async Task Elsewhere_is_nothing(string path, string method, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new(method), server.Address + path);
        using var response = await http.SendAsync(request, CancellationToken.None);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_secret_that_is_gone_closes_the_door()
    {
        File.Delete(folder["secret"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(Push("acme/shop"), "1"));
        Assert.Empty(hinted);
    }

    private static string Push(string repository) =>
        $$"""{"ref":"refs/heads/main","after":"{{new string('a', 40)}}","repository":{"full_name":"{{repository}}" },"sender":{"login":"ann"} }""";

    private async Task<HttpStatusCode> SendAsync(string body, string id, string secret = Secret)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/hooks/git") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("X-Gitea-Delivery", id);
        request.Headers.Add("X-Gitea-Event", "push");
        request.Headers.Add("X-Gitea-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes)));
        using var response = await http.SendAsync(request, CancellationToken.None);
        return response.StatusCode;
    }
}
