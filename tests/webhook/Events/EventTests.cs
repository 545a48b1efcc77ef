using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Events;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Events;

public sealed class EventTests
{
    [Fact]
    public async Task A_denial_and_a_correction_are_sent_and_a_dry_run_is_not()
    {
        await using var receiver = await StubServer.StartAsync();
        using var folder = new TempFolder();
        var options = RunningWebhook.Options with { EventsUrl = new(receiver.Address, "/in"), EventsTokenFile = folder.Write("token", "t0ken\n") };
        await using (var webhook = await RunningWebhook.StartAsync(options))
        {
            await webhook.ReviewAsync("/validate", Review.PrivilegedPod.Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal));
            await webhook.ReviewAsync("/validate", Review.GoodPod);
            var answer = await webhook.ReviewAsync("/validate", Review.PrivilegedPod);
            var corrected = await webhook.ReviewAsync("/mutate", Review.PrivilegedPod);
            var expected = corrected["patch"] is null ? 1 : 2;
            await Eventually.Async(() => webhook.Get<EventSender>().Sent == expected);

            var events = receiver.Received.SelectMany(request => JsonNode.Parse(request.Body)!["events"]!.AsArray()).Select(each => each!).ToList();
            Assert.Equal(expected, events.Count);
            Assert.All(receiver.Received, request => Assert.Equal(("/in", "Bearer t0ken"), (request.Path, request.Authorization)));
            var envelope = JsonNode.Parse(receiver.Received.First().Body)!;
            Assert.Equal("selfheal.io/v1", (string?)envelope["apiVersion"]);
            Assert.Equal("AdmissionEvents", (string?)envelope["kind"]);
            var denied = events.Single(each => (string?)each["type"] == "denied");
            Assert.Equal((string?)answer["auditAnnotations"]!["fix-id"], (string?)denied["fixId"]);
            Assert.Equal("ann", (string?)denied["requester"]);
            Assert.Equal("""{"apiVersion":"v1","kind":"Pod","namespace":"shop","name":"web"}""", denied["object"]!.ToJsonString());
            Assert.Contains(denied["findings"]!.AsArray(), finding =>
                (string?)finding!["rule"] == "pss-privileged" && (string?)finding["pointer"] == "/spec/containers/0/securityContext/privileged");
        }
    }

    [Fact]
    public async Task Tries_again_what_fails_in_passing()
    {
        await using var receiver = await StubServer.StartAsync(503, 429, 200);
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { EventsUrl = receiver.Address });

        await webhook.ReviewAsync("/validate", Review.PrivilegedPod);

        await Eventually.Async(() => webhook.Get<EventSender>().Sent == 1);
        Assert.Equal(3, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(request => Convert.ToHexString(request.Body)).Distinct());
        Assert.Equal(1, await webhook.MetricAsync("selfheal_events_sent_total"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(302)]
    [InlineData(413)]
    public async Task Drops_and_counts_what_is_refused_and_follows_nobody(int status)
    {
        await using var receiver = await StubServer.StartAsync(status);
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { EventsUrl = receiver.Address });

        await webhook.ReviewAsync("/validate", Review.PrivilegedPod);

        await Eventually.Async(() => webhook.Get<EventSender>().Lost == 1);
        Assert.Equal("/", Assert.Single(receiver.Received).Path);
    }

    [Fact]
    public async Task What_waits_is_sent_at_the_end()
    {
        await using var receiver = await StubServer.StartAsync();
        await using (var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { EventsUrl = receiver.Address }))
        {
            await webhook.ReviewAsync("/validate", Review.PrivilegedPod);
        }

        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_delays_no_answer()
    {
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { EventsUrl = new("http://127.0.0.1:1/") });
        for (var i = 0; i < 20; i++)
        {
            Assert.False((bool)(await webhook.ReviewAsync("/validate", Review.PrivilegedPod))["allowed"]!);
        }

        Assert.Equal(0, webhook.Get<EventSender>().Sent);
    }

    [Fact]
    public void A_full_queue_drops_the_newest_and_counts_them()
    {
        var queue = new EventQueue(RunningWebhook.Options with { EventsUrl = new("https://events.example.com") });
        for (var i = 0; i < EventQueue.MostEvents + 10; i++)
        {
            queue.Offer(Made($"u{i}"));
        }

        Assert.Equal(10, queue.Dropped);
        var batch = new List<byte[]>();
        queue.Fill(batch, 1, int.MaxValue);
        Assert.Equal("u0", (string?)JsonNode.Parse(Assert.Single(batch))!["id"]);
    }

    [Fact]
    public void Is_off_unless_it_is_asked_for()
    {
        var queue = new EventQueue(RunningWebhook.Options);
        queue.Offer(Made("u"));
        Assert.Equal(0, queue.Waiting);
    }

    private static DecisionEvent Made(string uid) =>
        new(AdmissionDecision.Allowed, new("v1", "Pod", "shop", "web"), uid, "ann", AdmissionOperation.Create, "", false, DateTimeOffset.UnixEpoch, "p");
}
