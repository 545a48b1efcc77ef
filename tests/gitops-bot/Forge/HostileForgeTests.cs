using System.Net;
using System.Net.Sockets;
using System.Text;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Rest;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>What a forge, or something between it and the bot, may answer.</summary>
public sealed class HostileForgeTests
{
    private const string Token = "token-4711";
    private const string User = """{"login":"bot"}""";

    [Theory]
    [InlineData("[{\"number\":1,\"title\":\"x", "no JSON")]
    [InlineData("<!DOCTYPE html><title>Sign in</title>", "no JSON")]
    [InlineData("", "empty")]
    [InlineData("{\"items\":[]}", "no list")]
    [InlineData("[7]", "no object")]
    [InlineData("[{\"number\":\"1\",\"title\":\"x\",\"state\":\"open\",\"html_url\":\"u\"}]", "$[0].number is string")]
    [InlineData("[{\"number\":-1,\"title\":\"x\",\"state\":\"open\",\"html_url\":\"u\"}]", "$[0].number")]
    [InlineData("[{\"number\":1,\"title\":{},\"state\":\"open\",\"html_url\":\"u\"}]", "$[0].title is object")]
    [InlineData("[{\"number\":1,\"state\":\"open\",\"html_url\":\"u\"}]", "$[0].title is missing")]
    public async Task Names_forge_call_and_remedy(string answer, string problem)
    {
        var (forge, server) = Serve(_ => Json(answer));
        var wrong = await Assert.ThrowsAsync<ForgeException>(() => forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default));
        Assert.Contains("Gitea at git.example.com: GET /api/v1/repos/shop/deploy/issues", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(problem, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("; see whether", wrong.Message, StringComparison.Ordinal);
        Assert.True(wrong is { IsTransient: false, Fault: ForgeFault.Nonsense });
        Assert.DoesNotContain(server.Seen, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Takes_no_more_than_it_may()
    {
        var (forge, _) = Serve(_ => Json($"[{new string(' ', 5000)}]"), new() { MaxAnswerBytes = 4096 });
        Assert.Contains("longer than 4096 bytes", (await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_no_longer_than_it_may()
    {
        var (forge, server) = Serve(_ => null, new() { Timeout = TimeSpan.FromMilliseconds(50), Tries = 2 });
        var late = await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default));
        Assert.True(late is { IsTransient: true, Fault: ForgeFault.Slow });
        Assert.Contains("no answer within", late.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Seen.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    public async Task Follows_no_redirect(HttpStatusCode status)
    {
        var (forge, server) = Serve(_ => new(status) { Headers = { Location = new("https://thief.example.com/") }, Content = new StringContent("") });
        Assert.Contains("redirects are not followed", (await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default))).Message, StringComparison.Ordinal);
        Assert.All(server.Hosts, host => Assert.Equal("git.example.com", host));
    }

    [Fact]
    public async Task Asks_for_the_next_page_at_the_same_host()
    {
        var (forge, server) = Serve(request => request.RequestUri!.Query.Contains("page=2", StringComparison.Ordinal)
            ? Json("""[{"number":2,"title":"t","body":"<!-- selfheal:v1 fp=b -->","state":"open","html_url":"u","user":{"login":"bot"}}]""")
            : Json("""[{"number":1,"title":"t","body":"<!-- selfheal:v1 fp=a -->","state":"open","html_url":"u","user":{"login":"bot"}}]""", "<https://thief.example.com/steal?page=2>; rel=\"next\", <https://thief.example.com/steal?page=9>; rel=\"last\""));
        Assert.Equal([1, 2], (await forge.ListIssuesAsync(IssueState.Open, default)).Select(issue => issue.Number));
        Assert.All(server.Hosts, host => Assert.Equal("git.example.com", host));
    }

    [Fact]
    public async Task Reads_no_pages_without_end()
    {
        var (forge, _) = Serve(_ => Json("[]", "<https://git.example.com/x?page=2>; rel=\"next\""), new() { MaxPages = 5 });
        Assert.Contains("more than 5 pages", (await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_no_further_back_than_it_may()
    {
        var (forge, server) = Serve(_ => Json("[]", "<https://git.example.com/x?page=2>; rel=\"next\""), new() { MaxPages = 5 });
        Assert.Empty(await forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default));
        Assert.Equal(5, server.Seen.Count(request => request.Contains("/pulls", StringComparison.Ordinal)));
        Assert.Equal(5, server.Seen.Count(request => request.Contains("/issues", StringComparison.Ordinal)));
    }

    /// <summary>By the handler that is used outside of tests, which the others replace.</summary>
    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", nameof(ForgeFault.Redirects))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"login\":", nameof(ForgeFault.Unreachable))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"login\":", nameof(ForgeFault.Nonsense))]
    [InlineData("SSH-2.0-OpenSSH\r\n", nameof(ForgeFault.Unreachable))]
    public async Task Asks_a_real_socket_once(string answer, string fault)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = 0;
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync();
        using var forge = new GiteaForge(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), "shop", "deploy", Token, TimeProvider.System, limits: new() { Tries = 1 });
        var wrong = await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal((fault, 1), (wrong.Fault.ToString(), asked));
        Assert.DoesNotContain(Token, wrong.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await serving;

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(stop.Token);
                    asked++;
                    var stream = client.GetStream();
                    await stream.ReadExactlyAsync(new byte[4], stop.Token);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop.Token);
                    client.Client.Shutdown(SocketShutdown.Send);
                    await stream.CopyToAsync(Stream.Null, stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The test is over.
            }
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, 4)]
    [InlineData(HttpStatusCode.BadGateway, 4)]
    [InlineData(HttpStatusCode.NotFound, 1)]
    [InlineData(HttpStatusCode.Forbidden, 1)]
    public async Task Asks_again_for_what_is_transient_alone(HttpStatusCode status, int times)
    {
        var (forge, server) = Serve(_ => new(status) { Content = new StringContent("<html>") });
        var failed = await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal(times > 1, failed.IsTransient);
        Assert.Equal(times, server.Seen.Count(request => request.Contains("issues", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Writes_once_even_if_nobody_knows_whether_it_was_heard()
    {
        var (forge, server) = Serve(request => request.Method == HttpMethod.Get ? Json("[]") : new(HttpStatusCode.BadGateway) { Content = new StringContent("") });
        await Assert.ThrowsAsync<ForgeException>(() => forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default));
        Assert.Single(server.Seen, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_its_token_to_nobody_else()
    {
        var (forge, server) = Serve(_ => new(HttpStatusCode.Unauthorized) { Content = new StringContent("{\"message\":\"no\\nsuch \\u001b[31mtoken\"}") });
        var refused = await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default));
        Assert.DoesNotContain(Token, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refused.Message);
        Assert.DoesNotContain(server.Seen, request => request.Contains(Token, StringComparison.Ordinal));
    }

    private static (GiteaForge Forge, Server Server) Serve(Func<HttpRequestMessage, HttpResponseMessage?> answer, ForgeLimits? limits = null)
    {
        var server = new Server(request => request.RequestUri!.AbsolutePath.EndsWith("/user", StringComparison.Ordinal) ? Json(User) : answer(request));
        return (new(new Uri("https://git.example.com/"), "shop", "deploy", Token, TimeProvider.System, limits: (limits ?? new()) with { Wait = (_, _) => Task.CompletedTask }, handler: server), server);
    }

    private static HttpResponseMessage Json(string text, string? link = null)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
        if (link is not null)
        {
            answer.Headers.TryAddWithoutValidation("Link", link);
        }

        return answer;
    }

    /// <summary>Answers from a function; null is an answer that never comes.</summary>
    private sealed class Server(Func<HttpRequestMessage, HttpResponseMessage?> answer) : HttpMessageHandler
    {
        public List<string> Seen { get; } = [];

        public List<string> Hosts { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add($"{request.Method} {request.RequestUri}");
            Hosts.Add(request.RequestUri!.Host);
            if (answer(request) is { } found)
            {
                return found;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
