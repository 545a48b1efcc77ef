using SelfHealGitOps.Webhook.Telemetry;
using SelfHealGitOps.Webhook.Tests.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public void Writes_the_text_format()
    {
        var text = new PrometheusText();
        text.Counter("a_total", "Help with a \\ and a\nnew line.", 3);
        text.Gauge("b", "Labels.");
        text.Sample(0.25, ("x", "a\"b\\c\nd"), ("y", ""));
        text.Sample(double.PositiveInfinity, ("x", "ü"));
        text.Histogram("c_seconds", "Times.");
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(100));
        histogram.Record(TimeSpan.FromSeconds(9));
        text.Buckets(histogram, "route", "r");

        Assert.Equal(
            """
            # HELP a_total Help with a \\ and a\nnew line.
            # TYPE a_total counter
            a_total 3
            # HELP b Labels.
            # TYPE b gauge
            b{x="a\"b\\c\nd",y=""} 0.25
            b{x="ü"} +Inf
            # HELP c_seconds Times.
            # TYPE c_seconds histogram
            c_seconds_bucket{route="r",le="0.0001"} 1
            c_seconds_bucket{route="r",le="0.00025"} 1
            c_seconds_bucket{route="r",le="0.0005"} 1
            c_seconds_bucket{route="r",le="0.001"} 1
            c_seconds_bucket{route="r",le="0.0025"} 1
            c_seconds_bucket{route="r",le="0.005"} 1
            c_seconds_bucket{route="r",le="0.01"} 1
            c_seconds_bucket{route="r",le="0.025"} 1
            c_seconds_bucket{route="r",le="0.05"} 1
            c_seconds_bucket{route="r",le="0.1"} 1
            c_seconds_bucket{route="r",le="0.25"} 1
            c_seconds_bucket{route="r",le="0.5"} 1
            c_seconds_bucket{route="r",le="1"} 1
            c_seconds_bucket{route="r",le="2"} 1
            c_seconds_bucket{route="r",le="3"} 1
            c_seconds_bucket{route="r",le="+Inf"} 2
            c_seconds_sum{route="r"} 9.0001
            c_seconds_count{route="r"} 2

            """,
            text.ToString());
        PrometheusReading.Of(text.ToString());
    }

    [Fact]
    public async Task Counts_exactly_whoever_asks_at_once()
    {
        const int Each = 100;
        await using var webhook = await RunningWebhook.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < Each; i++)
            {
                await webhook.ReviewAsync("/validate", i % 4 == 0 ? Review.PrivilegedPod : Review.GoodPod);
            }
        }));
        (await webhook.PostAsync("/validate", "{")).Dispose();

        var metrics = PrometheusReading.Of(await webhook.MetricsAsync());
        Assert.Equal(6 * Each, metrics.Value(Format("validate", "allowed")));
        Assert.Equal(2 * Each, metrics.Value(Format("validate", "denied")));
        Assert.Equal(2 * Each, metrics.Value("selfheal_rule_denials_total{rule=\"pss-privileged\"}"));
        Assert.Equal(1, metrics.Value("selfheal_reviews_total{route=\"validate\",operation=\"none\",verdict=\"none\",dry_run=\"false\",code=\"400\"}"));
        Assert.Equal((8 * Each) + 1, metrics.Value("selfheal_review_duration_seconds_count{route=\"validate\"}"));
        Assert.Equal(metrics.Value("selfheal_review_duration_seconds_count{route=\"validate\"}"), metrics.Value("selfheal_review_duration_seconds_bucket{route=\"validate\",le=\"+Inf\"}"));
        Assert.Equal(0, metrics.Value("selfheal_reviews_in_flight"));
        Assert.Equal(1, metrics.Value("selfheal_ready"));
        Assert.True(metrics.Value("selfheal_certificate_expiry_timestamp_seconds{certificate=\"leaf\"}") > 1.7e9);
        Assert.True(metrics.Value("process_resident_memory_bytes") > 1e6);
        Assert.True(metrics.Value("process_cpu_seconds_total") > 0);
        Assert.True(metrics.Value("process_start_time_seconds") > 1.7e9);
    }

    [Fact]
    public async Task Counts_clients_that_are_turned_away_and_times_none_of_them()
    {
        using var folder = new TempFolder();
        folder.Write("ca.pem", TestAuthority.Root().Pem);
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { ClientCa = folder.File("ca.pem") });
        using (var refused = await webhook.PostAsync("/mutate", Review.GoodPod))
        {
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var metrics = PrometheusReading.Of(await webhook.MetricsAsync());
        Assert.Equal(1, metrics.Value("selfheal_reviews_total{route=\"mutate\",operation=\"none\",verdict=\"none\",dry_run=\"false\",code=\"401\"}"));
        Assert.Equal(0, metrics.Value("selfheal_reviews_total{route=\"validate\",operation=\"none\",verdict=\"none\",dry_run=\"false\",code=\"403\"}"));
        Assert.Equal(0, metrics.Value("selfheal_review_duration_seconds_count{route=\"mutate\"}"));
    }

    [Fact]
    public async Task Counts_a_dry_run_apart_and_for_no_rule()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        await webhook.ReviewAsync("/validate", Review.PrivilegedPod.Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal));

        var metrics = PrometheusReading.Of(await webhook.MetricsAsync());
        Assert.Equal(1, metrics.Value(Format("validate", "denied", dryRun: true)));
        Assert.Equal(0, metrics.Value(Format("validate", "denied")));
        Assert.Equal(0, metrics.Value("selfheal_rule_denials_total{rule=\"pss-privileged\"}"));
    }

    [Fact]
    public async Task No_name_becomes_a_label()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var before = PrometheusReading.Of(await webhook.MetricsAsync()).Samples.Count;
        for (var i = 0; i < 50; i++)
        {
            await webhook.ReviewAsync("/validate", Review.PrivilegedPod.Replace("\"web\"", $"\"web-{i}\"", StringComparison.Ordinal).Replace("\"shop\"", $"\"shop-{i}\"", StringComparison.Ordinal));
        }

        var text = await webhook.MetricsAsync();
        Assert.Equal(before, PrometheusReading.Of(text).Samples.Count);
        Assert.DoesNotContain("shop", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_counts_once_a_review_and_only_if_a_policy_has_it()
    {
        var counters = new RuleCounters();
        counters.Register(["a"]);
        counters.Register(["a", "b"]);
        Assert.Equal(["a", "b"], counters.All.Select(each => each.Key));
    }

    [Fact]
    public void A_duration_falls_into_the_bucket_that_ends_with_it()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 10_000, i => histogram.Record(TimeSpan.FromSeconds(LatencyHistogram.Bounds[i % LatencyHistogram.Bounds.Length])));

        var cumulated = histogram.Cumulated();
        Assert.Equal(10_000, cumulated[^1]);
        Assert.All(Enumerable.Range(1, LatencyHistogram.Bounds.Length - 1), i => Assert.InRange(cumulated[i] - cumulated[i - 1], 666, 667));
    }

    private static string Format(string route, string verdict, bool dryRun = false) =>
        $$"""selfheal_reviews_total{route="{{route}}",operation="CREATE",verdict="{{verdict}}",dry_run="{{(dryRun ? "true" : "false")}}",code="200"}""";
}
