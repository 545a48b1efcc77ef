using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Benchmarks;

/// <summary>
/// The webhook as a process, published ReadyToRun, against the floor published alike: a server that parses the review and
/// looks no further. Both are asked in turn, so that what the machine does meanwhile befalls both; the median of the
/// rounds counts. CPU time of the server's process is the steady figure; what is by the clock depends on who else computes.
/// </summary>
internal sealed class WebhookBenchmark(string folder, ReviewRequest[] reviews)
{
    private const int Rounds = 5;
    private const int Starts = 11;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.6);
    private static readonly string Webhook = Path.Combine(BenchmarkCorpus.Checkout, "artifacts", "bench", "webhook", "webhook");
    private static readonly string Floor = Path.Combine(BenchmarkCorpus.Checkout, "artifacts", "bench", "floor", "floor");
    private readonly string cert = Path.Combine(folder, "tls.crt");
    private readonly string key = Path.Combine(folder, "tls.key");

    /// <param name="isLong">A million requests to each, for what grows slowly; takes minutes.</param>
    public static async Task RunAsync(bool isLong)
    {
        if (!OperatingSystem.IsLinux() || BenchmarkCorpus.Reviews is not { } recorded)
        {
            Console.WriteLine("no admission reviews beside the checkout, or no Linux: webhook not measured");
            return;
        }

        if (!File.Exists(Webhook) || !File.Exists(Floor))
        {
            Console.WriteLine("webhook not published, so not measured: 'make bench-webhook' publishes it first");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("selfheal-bench-");
        try
        {
            ReviewRequest[] reviews = [.. Directory.EnumerateFiles(recorded, "*.json").Select(file => new ReviewRequest(file)).OrderBy(each => !each.IsGood).ThenBy(each => each.BodyLength)];
            var benchmark = new WebhookBenchmark(folder.FullName, reviews);
            benchmark.MakeCertificate();
            Console.WriteLine($"webhook against a server that looks at nothing ('floor'); {Environment.ProcessorCount} processors, load average {LoadAverage()}");
            if (isLong)
            {
                await benchmark.GrowAsync();
                return;
            }

            await benchmark.LoadAsync();
            await benchmark.FirstAnswerAsync();
            await benchmark.MemoryAsync();
            Console.WriteLine($"load average {LoadAverage()}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task LoadAsync()
    {
        using var webhook = StartWebhook();
        using var floor = StartFloor();
        await using var one = await ReadyAsync(webhook);
        await using var floorOne = await ReadyAsync(floor);
        await using var many = await ReviewLoad.OpenAsync(webhook, 32);
        await using var floorMany = await ReviewLoad.OpenAsync(floor, 32);

        // Until the compiler has seen enough of both.
        foreach (var review in (ReviewRequest[])[.. reviews, .. reviews])
        {
            await many.RunAsync(review, Slice, judges: true);
            await floorMany.RunAsync(review, Slice / 2, judges: false);
        }

        var measured = new Dictionary<(ReviewRequest, int), List<(LoadResult Ours, LoadResult Floor)>>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var review in reviews)
            {
                foreach (var connections in (int[])[1, 32])
                {
                    var ours = await (connections == 1 ? one : many).RunAsync(review, Slice, judges: true);
                    var theirs = await (connections == 1 ? floorOne : floorMany).RunAsync(review, Slice, judges: false);
                    if (!measured.TryGetValue((review, connections), out var pairs))
                    {
                        measured.Add((review, connections), pairs = []);
                    }

                    pairs.Add((ours, theirs));
                }
            }
        }

        Console.WriteLine("| review | bytes | connections | CPU us/request | floor | ratio | goal | requests/s | floor | p50 ms | floor | p99 ms | floor | ratio | goal |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var ((review, connections), pairs) in measured)
        {
            double Ours(Func<LoadResult, double> of) => Ratio.Median([.. pairs.Select(pair => of(pair.Ours))]);
            double Theirs(Func<LoadResult, double> of) => Ratio.Median([.. pairs.Select(pair => of(pair.Floor))]);
            double Of(Func<LoadResult, double> of) => Ratio.Median([.. pairs.Select(pair => of(pair.Ours) / of(pair.Floor))]);
            static double Cpu(LoadResult result) => result.CpuMicroseconds;
            static double Rate(LoadResult result) => result.PerSecond;
            static double P50(LoadResult result) => result.Median.TotalMilliseconds;
            static double P99(LoadResult result) => result.Worst1Percent.TotalMilliseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {review.Name} | {review.BodyLength} | {connections} | {Ours(Cpu):0} | {Theirs(Cpu):0} | {Of(Cpu):0.00} | {(review.IsGood ? 1.15 : 1.4):0.00} | {Ours(Rate):0} | {Theirs(Rate):0} | {Ours(P50):0.00} | {Theirs(P50):0.00} | {Ours(P99):0.0} | {Theirs(P99):0.0} | {Of(P99):0.00} | {(connections == 1 ? "" : "1.50")} |"));
        }
    }

    /// <summary>From the start of the process to the end of its first answer.</summary>
    private async Task FirstAnswerAsync()
    {
        var review = reviews.First(each => each.IsGood);
        var (ours, theirs) = (new List<(TimeSpan Clock, TimeSpan Cpu)>(), new List<(TimeSpan Clock, TimeSpan Cpu)>());
        for (var i = 0; i < Starts; i++)
        {
            ours.Add(await TimeAsync(StartWebhook()));
            theirs.Add(await TimeAsync(StartFloor()));
        }

        Print("first answer, ms", [.. ours.Select(each => each.Clock.TotalMilliseconds)], [.. theirs.Select(each => each.Clock.TotalMilliseconds)], "goal 1.30");
        Print("first answer, CPU ms", [.. ours.Select(each => each.Cpu.TotalMilliseconds)], [.. theirs.Select(each => each.Cpu.TotalMilliseconds)], "");

        async Task<(TimeSpan Clock, TimeSpan Cpu)> TimeAsync(ServerProcess server)
        {
            using (server)
            {
                await using var load = await ReadyAsync(server);
                await load.RunAsync([review], 1, judges: true);
                return (Stopwatch.GetElapsedTime(server.StartedAt), server.Cpu);
            }
        }
    }

    private async Task MemoryAsync()
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        using var webhook = StartWebhook();
        using var floor = StartFloor();
        await Residents(webhook, 100_000, true, ours);
        await Residents(floor, 100_000, false, theirs);
        Print("resident MiB after 100,000", [.. ours], [.. theirs], "goal 1.30");
    }

    private async Task GrowAsync()
    {
        using var webhook = StartWebhook();
        using var floor = StartFloor();
        await using var first = await ReadyAsync(webhook);
        await using var second = await ReadyAsync(floor);
        Console.WriteLine("| requests | resident MiB | floor |");
        Console.WriteLine("|---|---|---|");
        for (var thousands = 100; thousands <= 1000; thousands += 100)
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            await Residents(webhook, 100_000, true, ours);
            await Residents(floor, 100_000, false, theirs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {thousands},000 | {ours[0]:0.0} | {theirs[0]:0.0} |"));
        }
    }

    /// <summary>Small and middling reviews of both sorts, over 32 connections.</summary>
    private async Task Residents(ServerProcess server, int requests, bool judges, List<double> into)
    {
        await (await ReadyAsync(server)).DisposeAsync();
        await using var load = await ReviewLoad.OpenAsync(server, 32);
        await load.RunAsync([.. reviews.Where(each => each.BodyLength < 16 * 1024)], requests, judges);
        into.Add(server.ResidentMiB);
    }

    private ServerProcess StartWebhook() =>
        ServerProcess.Start(Webhook, address => ["--listen", address, "--tls-cert", cert, "--tls-key", key, "--profile", "default"]);

    private ServerProcess StartFloor() => ServerProcess.Start(Floor, address => [address, cert, key]);

    /// <summary>One connection, as soon as the server takes it.</summary>
    private static async Task<ReviewLoad> ReadyAsync(ServerProcess server)
    {
        while (true)
        {
            try
            {
                return await ReviewLoad.OpenAsync(server, 1);
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(server.StartedAt) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2));
            }
        }
    }

    private void MakeCertificate()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        File.WriteAllText(cert, made.ExportCertificatePem());
        File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
    }

    private static void Print(string what, double[] ours, double[] theirs, string goal) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-28} {Ratio.Median([.. ours.Zip(theirs, (a, b) => a / b)]):0.00}   ({Ratio.Median(ours):0}; floor {Ratio.Median(theirs):0})   {goal}"));

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
