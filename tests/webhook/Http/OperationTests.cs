using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using SelfHealGitOps.Webhook.Http;
using SelfHealGitOps.Webhook.Policies;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Http;

public sealed class OperationTests
{
    [Fact]
    public async Task Is_ready_when_it_has_all_it_needs_and_says_what_it_waits_for()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        Assert.Equal("ok\n", await webhook.Client.GetStringAsync("/readyz"));

        var isThere = false;
        webhook.Get<Readiness>().WaitFor("namespaces: not listed yet", () => isThere);
        webhook.Get<Readiness>().WaitFor("moon: not full", () => false);
        using var response = await webhook.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("namespaces: not listed yet\nmoon: not full\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await webhook.Client.GetStringAsync("/healthz"));

        isThere = true;
        Assert.Equal(["moon: not full"], webhook.Get<Readiness>().Reasons());
    }

    [Fact]
    public async Task Drains_before_it_ends()
    {
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { DrainDelay = TimeSpan.FromHours(1) });
        await webhook.ReviewAsync("/validate", Review.GoodPod);

        webhook.Drain.Signal();
        await Eventually.Async(() => webhook.Get<Readiness>().IsDraining);

        using var ready = await webhook.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("draining", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("ok\n", await webhook.Client.GetStringAsync("/healthz"));
        using var review = await webhook.PostAsync("/validate", Review.GoodPod);
        Assert.Equal(HttpStatusCode.OK, review.StatusCode);
        Assert.True(review.Headers.ConnectionClose);
        Assert.False(webhook.Running.IsCompleted);

        webhook.Drain.Signal();
        await webhook.Running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Answers_what_is_in_hand_before_it_ends()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        await using var slow = await Connection.OpenAsync(webhook.Address);
        await slow.SendAsync(Head(Review.GoodPod.Length, "30s"));
        await slow.SendAsync(Review.GoodPod[..100]);
        await Eventually.Async(() => webhook.Get<ReviewGate>().BytesInFlight > 0);

        webhook.Drain.Signal();
        await Eventually.Async(async () => !await CanConnectAsync(webhook.Address));
        await slow.SendAsync(Review.GoodPod[100..]);

        Assert.StartsWith("HTTP/1.1 200", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        await webhook.Running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Sheds_corrections_first_and_at_once()
    {
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { MaxReviews = 4 });
        var gate = webhook.Get<ReviewGate>();
        var taken = Enumerable.Range(0, 3).Select(_ => gate.Enter(mutates: false)).ToList();

        using var mutation = await webhook.PostAsync("/mutate", Review.GoodPod);
        using var verdict = await webhook.PostAsync("/validate", Review.GoodPod);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, mutation.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), mutation.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, verdict.StatusCode);

        taken.Add(gate.Enter(mutates: false));
        using var shed = await webhook.PostAsync("/validate", Review.GoodPod);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.Equal(1, await webhook.MetricAsync("selfheal_reviews_shed_total{route=\"mutate\"}"));
        Assert.Equal(1, await webhook.MetricAsync("selfheal_reviews_shed_total{route=\"validate\"}"));

        taken.ForEach(pass => pass.Dispose());
        Assert.Equal(0, gate.InFlight);
        Assert.True((bool)(await webhook.ReviewAsync("/mutate", Review.GoodPod))["allowed"]!);
    }

    [Fact]
    public async Task Sheds_when_processors_keep_work_waiting()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var queue = webhook.Get<ProcessorQueue>();

        // A note of the thread that has just ended may come between.
        await Eventually.Async(async () =>
        {
            queue.Note(TimeSpan.FromSeconds(1));
            using var mutation = await webhook.PostAsync("/mutate", Review.GoodPod);
            using var verdict = await webhook.PostAsync("/validate", Review.GoodPod);
            return (mutation.StatusCode, verdict.StatusCode) == (HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        });
        await Eventually.Async(async () =>
        {
            queue.Note(TimeSpan.FromSeconds(2));
            using var verdict = await webhook.PostAsync("/validate", Review.GoodPod);
            return verdict.StatusCode == HttpStatusCode.ServiceUnavailable && queue.OverloadedFor > TimeSpan.Zero;
        });
        queue.Note(TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, queue.OverloadedFor);
        Assert.True((bool)(await webhook.ReviewAsync("/validate", Review.GoodPod))["allowed"]!);
    }

    [Fact]
    public async Task A_slow_body_takes_no_place_and_ends_with_its_deadline()
    {
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { MaxReviews = 4 });
        var slow = new List<Connection>();
        for (var i = 0; i < 20; i++)
        {
            slow.Add(await Connection.OpenAsync(webhook.Address));
            await slow[^1].SendAsync(Head(1_000_000, "2s"));
            await slow[^1].SendAsync("{");
        }

        Assert.True((bool)(await webhook.ReviewAsync("/validate", Review.GoodPod))["allowed"]!);
        Assert.Equal(0, webhook.Get<ReviewGate>().InFlight);
        foreach (var connection in slow)
        {
            Assert.StartsWith("HTTP/1.1 408", await connection.ReadToEndAsync(), StringComparison.Ordinal);
            await connection.DisposeAsync();
        }

        await Eventually.Async(() => webhook.Get<ReviewGate>().BytesInFlight == 0);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_nothing_behind()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await using var connection = await Connection.OpenAsync(webhook.Address);
            await connection.SendAsync(Head(1_000_000, "30s"));
            await connection.SendAsync(new string(' ', 70_000));
        }

        await Eventually.Async(() => webhook.Get<ReviewGate>() is { BytesInFlight: 0, InFlight: 0 });
        Assert.True((bool)(await webhook.ReviewAsync("/validate", Review.GoodPod))["allowed"]!);
    }

    [Fact]
    public void Bodies_share_a_bounded_memory()
    {
        var gate = new ReviewGate(4, mostBytes: 100);

        Assert.True(gate.TryReserve(60));
        Assert.False(gate.TryReserve(60));
        Assert.True(gate.TryReserve(40));
        gate.Release(60);
        Assert.True(gate.TryReserve(60));
        Assert.Equal(100, gate.BytesInFlight);
    }

    [Fact]
    public async Task Without_a_policy_nothing_is_admitted()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        webhook.Get<PolicyHolder>().Replace(null!);

        using var response = await webhook.PostAsync("/validate", Review.GoodPod);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["policy: not loaded yet"], webhook.Get<Readiness>().Reasons());
    }

    [Fact]
    public async Task Serves_metrics_apart_in_plain_and_no_reviews_there()
    {
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { MetricsListen = new(IPAddress.Loopback, 0) });
        using var plain = new HttpClient(RunningWebhook.NewHandler()) { BaseAddress = webhook.MetricsAddress };

        Assert.Contains("selfheal_reviews_total", await plain.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal("ok\n", await plain.GetStringAsync("/healthz"));
        Assert.Equal("ok\n", await plain.GetStringAsync("/readyz"));
        using var content = new StringContent(Review.GoodPod, Encoding.UTF8, "application/json");
        using var review = await plain.PostAsync("/validate", content);
        Assert.Equal(HttpStatusCode.NotFound, review.StatusCode);
        using var metrics = await webhook.Client.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
    }

    private static string Head(int length, string timeout) =>
        $"POST /validate?timeout={timeout} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n";

    private static async Task<bool> CanConnectAsync(Uri address)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class Connection(TcpClient client, SslStream stream) : IAsyncDisposable
    {
        public static async Task<Connection> OpenAsync(Uri address)
        {
            var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate?.Subject == "CN=selfheal-webhook");
            await stream.AuthenticateAsClientAsync("localhost");
            return new(client, stream);
        }

        public async Task SendAsync(string text)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
            await stream.FlushAsync();
        }

        public async Task<string> ReadToEndAsync()
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            try
            {
                while (await stream.ReadAsync(buffer) is > 0 and var count)
                {
                    text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                }
            }
            catch (IOException) when (text.Length > 0)
            {
                // Whoever still has something to send is reset behind the answer.
            }

            return text.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            client.Dispose();
        }
    }
}
