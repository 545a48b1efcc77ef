using System.Diagnostics;
using System.Text;
using SelfHealGitOps.Webhook.Telemetry;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Telemetry;

public sealed class TraceTests
{
    [Fact]
    public async Task A_review_is_a_span_of_the_trace_that_it_came_with_and_reaches_the_receiver()
    {
        await using var receiver = await StubServer.StartAsync();
        var options = RunningWebhook.Options with { OtlpEndpoint = receiver.Address };
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == ReviewTraces.SourceName, ActivityStopped = spans.Enqueue };
        ActivitySource.AddActivityListener(listener);
        using (TraceExport.Start(options))
        {
            await using var webhook = await RunningWebhook.StartAsync(options);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/validate") { Content = new StringContent(Review.PrivilegedPod, Encoding.UTF8, "application/json") };
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            (await webhook.Client.SendAsync(request)).Dispose();
        }

        Assert.Contains(receiver.Received, request => request.Path == "/v1/traces" && request.Body.AsSpan().IndexOf("pss-privileged"u8) >= 0);
        var span = spans.Single(each => each.TraceId.ToString() == "0af7651916cd43dd8448eb211c80319c");
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToString());
        Assert.Equal("denied", span.GetTagItem("selfheal.verdict"));
        Assert.Equal("shop", span.GetTagItem("k8s.namespace.name"));
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_disturbs_no_answer()
    {
        var options = RunningWebhook.Options with { OtlpEndpoint = new("http://127.0.0.1:1") };
        using var traces = TraceExport.Start(options);
        await using var webhook = await RunningWebhook.StartAsync(options);

        Assert.False((bool)(await webhook.ReviewAsync("/validate", Review.PrivilegedPod))["allowed"]!);
    }

    [Fact]
    public void Nothing_is_started_unless_it_is_asked_for() => Assert.Null(TraceExport.Start(RunningWebhook.Options));
}
