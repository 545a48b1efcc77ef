using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Http;

public sealed class ProtocolTests : IAsyncLifetime
{
    private RunningWebhook webhook = null!;

    public async Task InitializeAsync() => webhook = await RunningWebhook.StartAsync();

    public async Task DisposeAsync() => await webhook.DisposeAsync();

    [Fact]
    public async Task Admits_a_pod_that_is_right()
    {
        var answer = await webhook.ReviewAsync("/validate?timeout=3s", Review.GoodPod);

        Assert.True((bool)answer["allowed"]!, answer.ToJsonString());
        Assert.Equal("705ab4f5-6393-11e8-b7cc-42010a800002", (string?)answer["uid"]);
    }

    [Fact]
    public async Task Refuses_a_privileged_pod()
    {
        var answer = await webhook.ReviewAsync("/validate", Review.PrivilegedPod);

        Assert.False((bool)answer["allowed"]!);
        Assert.Equal(403, (int)answer["status"]!["code"]!);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Takes_nothing_but_POST(string method)
    {
        using var request = new HttpRequestMessage(new(method), "/validate") { Content = method == "GET" ? null : Json(Review.GoodPod) };
        using var response = await webhook.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", Assert.Single(response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/jsonx")]
    public async Task Takes_nothing_but_JSON(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Review.GoodPod));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await webhook.Client.PostAsync("/validate", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Takes_JSON_however_it_is_spelt(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Review.GoodPod));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await webhook.Client.PostAsync("/validate", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Takes_no_compressed_body()
    {
        using var content = Json(Review.GoodPod);
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await webhook.Client.PostAsync("/validate", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("{", "cannot be read")]
    [InlineData("[]", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{} {}", "something stands behind the value")]
    [InlineData("""{"kind":"AdmissionReview","kind":"AdmissionReview"}""", "cannot be read")]
    [InlineData("""{"Kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","operation":"DELETE"}}""", "kind is")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1"}""", "kind is")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}""", "apiVersion is")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""", "request is")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"operation":"CREATE"}}""", "request.uid is")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","operation":"PATCH"}}""", "request.operation is")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","operation":"CREATE"}}""", "request.object is")]
    public async Task Says_what_is_wrong_with_a_review(string body, string reason)
    {
        foreach (var path in (string[])["/validate", "/mutate"])
        {
            using var response = await webhook.PostAsync(path, body);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refuses_what_is_nested_too_deep_or_cut_off()
    {
        var deep = $$"""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","x":{{new string('[', 100_000)}}""";
        foreach (var body in (string[])[deep, deep + new string(']', 100_000) + "}", Review.GoodPod[..^40]])
        {
            using var response = await webhook.PostAsync("/validate", body);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Refuses_a_body_that_is_too_large_whether_it_says_so_or_not()
    {
        var large = new byte[9 * 1024 * 1024];
        Array.Fill(large, (byte)' ');
        foreach (var isStated in (bool[])[true, false])
        {
            using var content = isStated ? new ByteArrayContent(large) : (HttpContent)new StreamContent(new Unsized(large));
            content.Headers.ContentType = new("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/validate")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = content,
            };
            using var response = await webhook.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }

        await Eventually.Async(() => webhook.Get<SelfHealGitOps.Webhook.Http.ReviewGate>().BytesInFlight == 0);
    }

    [Fact]
    public async Task Reads_a_large_body_in_pieces()
    {
        // Annotations of this size are refused by an API server; whoever sends them to the webhook gets a verdict all the same.
        var body = Review.GoodPod.Replace("\"namespace\":\"shop\"", $"\"namespace\":\"shop\",\"annotations\":{{\"x\":\"{new string('y', 3_000_000)}\"}}", StringComparison.Ordinal);
        using var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body)));
        chunked.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/validate?timeout=30s") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        using var response = await webhook.Client.SendAsync(request);

        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("3s", true)]
    [InlineData("1m0.5s", true)]
    [InlineData("200%C2%B5s", true)]
    [InlineData("", true)]
    [InlineData("3", false)]
    [InlineData("-3s", false)]
    [InlineData("0s", false)]
    [InlineData("soon", false)]
    public async Task Reads_the_timeout(string timeout, bool isRead)
    {
        using var response = await webhook.PostAsync($"/validate?x=1&timeout={timeout}", Review.GoodPod);

        // A timeout of microseconds is read, and over at once.
        Assert.Equal(isRead, response.StatusCode is HttpStatusCode.OK or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout);
    }

    [Fact]
    public async Task Answers_over_HTTP_2()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/validate?timeout=3s")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Json(Review.GoodPod),
        };
        using var response = await webhook.Client.SendAsync(request);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Contains("\"allowed\":true", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knows_no_other_path()
    {
        using var response = await webhook.PostAsync("/validate/", Review.GoodPod);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private sealed class Unsized(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
