using System.Globalization;
using System.Text.Json;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What an order did to a queue.</summary>
/// <param name="TopP95Hours">95th percentile of the wait, in hours, of the tenth with the highest risk.</param>
/// <param name="Starved">How many waited for more than 24 hours.</param>
/// <param name="RiskGini">How unequal risk × wait is, from 0 (each item bears as much) to 1 (one bears it all).</param>
/// <param name="WaitGini">The same of the wait alone: an order by risk does not promise to make it equal.</param>
internal sealed record ReplayFigures(double TopP95Hours, int Starved, double RiskGini, double WaitGini);

/// <summary>
/// A made-up queue, taken in first-come order and by the ranking with its budget: all items are there at once, as after
/// the first scan of an old repository, and as many reviews go on at a time in both orders. The same seed gives the same
/// figures.
/// </summary>
internal sealed record QueueReplay(ReplayFigures FirstCome, ReplayFigures Ranked)
{
    public const int Items = 830;

    private const int RecordedPerRule = 20;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private static readonly BudgetSettings Settings = new()
    {
        Limits = new Dictionary<Tier, TierLimits>
        {
            [Tier.Auto] = new(4, int.MaxValue),
            [Tier.Human] = new(7, int.MaxValue),
            [Tier.Dual] = new(7, int.MaxValue),
        },
        Cooldown = TimeSpan.Zero,
    };

    public static QueueReplay Run(int seed)
    {
        // The same numbers from the same seed are a promise of this class, and no secret hangs on them.
#pragma warning disable CA5394
        var random = new Random(seed);
        double Next() => random.NextDouble();
#pragma warning restore CA5394
        var outcomes = from tier in new[] { Tier.Auto, Tier.Human, Tier.Dual }
                       from i in Enumerable.Range(0, RecordedPerRule)
                       select new Outcome(RuleOf(tier), tier, Next() < 0.7, HoursOf(tier, Next()));
        var ranking = new Ranking(new OutcomeStatistics([.. outcomes]), KnownExploited.None);
        var jobs = Enumerable.Range(0, Items).Select(i => JobOf(i, Next)).ToList();
        return new(Figures(jobs, FirstComeWaits(jobs)), Figures(jobs, RankedWaits(jobs, ranking)));
    }

    public void Write(TextWriter output)
    {
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{Items} items        first come   ranked\n"));
        output.Write(string.Create(CultureInfo.InvariantCulture, $"P95 wait, top 10 %  {FirstCome.TopP95Hours,8:0.0} h {Ranked.TopP95Hours,6:0.0} h\n"));
        output.Write(string.Create(CultureInfo.InvariantCulture, $"waited over 24 h    {FirstCome.Starved,8}   {Ranked.Starved,6}\n"));
        output.Write(string.Create(CultureInfo.InvariantCulture, $"Gini, risk x wait   {FirstCome.RiskGini,8:0.00}   {Ranked.RiskGini,6:0.00}\n"));
        output.Write(string.Create(CultureInfo.InvariantCulture, $"Gini, wait          {FirstCome.WaitGini,8:0.00}   {Ranked.WaitGini,6:0.00}\n"));
    }

    public void WriteJson(Stream output)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteNumber("items", Items);
        foreach (var (order, figures) in new[] { ("firstCome", FirstCome), ("ranked", Ranked) })
        {
            writer.WriteStartObject(order);
            writer.WriteNumber("topP95Hours", Math.Round(figures.TopP95Hours, 4));
            writer.WriteNumber("starved", figures.Starved);
            writer.WriteNumber("riskGini", Math.Round(figures.RiskGini, 4));
            writer.WriteNumber("waitGini", Math.Round(figures.WaitGini, 4));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <returns>0 for equal shares; close to 1 where one has it all. 0 where nobody has anything.</returns>
    internal static double Gini(IEnumerable<double> shares)
    {
        var sorted = shares.Order().ToList();
        var sum = sorted.Sum();
        return sum <= 0 ? 0 : sorted.Select((share, i) => ((2 * i) - sorted.Count + 1) * share).Sum() / (sorted.Count * sum);
    }

    private static Job JobOf(int i, Func<double> next)
    {
        var tier = next() switch { < 0.6 => Tier.Auto, < 0.9 => Tier.Human, _ => Tier.Dual };
        var severity = (Severity)(int)(next() * 3);
        var exposure = (Exposure)(int)(next() * 3);
        var score = tier switch { Tier.Auto => 5, Tier.Human => 30, _ => 70 };
        var id = i.ToString("d4", CultureInfo.InvariantCulture);
        return new(new(id, id, RuleOf(tier), severity, exposure, score, Start), HoursOf(tier, next()));
    }

    private static string RuleOf(Tier tier) => $"rule-{Tiers.Word(tier)}";

    /// <summary>Exponential: most are quick, a few take for ever.</summary>
    private static double HoursOf(Tier tier, double random) => -Math.Log(1 - random) * tier switch { Tier.Auto => 0.5, Tier.Human => 3, _ => 12 };

    private static double[] FirstComeWaits(List<Job> jobs)
    {
        var ends = new PriorityQueue<int, double>();
        var places = Settings.Limits.Values.Sum(limits => limits.Open);
        var waits = new double[jobs.Count];
        for (var i = 0; i < jobs.Count; i++)
        {
            if (ends.Count == places)
            {
                ends.TryDequeue(out _, out waits[i]);
            }

            ends.Enqueue(i, waits[i] + jobs[i].Hours);
        }

        return waits;
    }

    /// <summary>By the very classes that decide about a real queue.</summary>
    private static double[] RankedWaits(List<Job> jobs, Ranking ranking)
    {
        var clock = new ReplayClock();
        var budget = new Budget(Settings, clock);
        var byId = jobs.Select((job, i) => (job, i)).ToDictionary(pair => pair.job.Item.Id, pair => pair.i, StringComparer.Ordinal);
        var waits = new double[jobs.Count];
        var waiting = jobs.Select(job => job.Item).ToList();
        var open = new PriorityQueue<DeliveryRecord, double>();
        var now = 0.0;
        while (waiting.Count > 0)
        {
            clock.Now = Start.AddHours(now);
            var deliveries = open.UnorderedItems.Select(entry => entry.Element).ToList();
            var admitted = new HashSet<string>(StringComparer.Ordinal);
            foreach (var scheduled in budget.Decide(ranking.Order(waiting, clock.Now), deliveries).Where(scheduled => scheduled.IsAdmitted))
            {
                var i = byId[scheduled.Item.Id];
                waits[i] = now;
                open.Enqueue(new(scheduled.Item.Target, scheduled.Item.Tier, clock.Now, IsOpen: true), now + jobs[i].Hours);
                admitted.Add(scheduled.Item.Id);
            }

            waiting.RemoveAll(item => admitted.Contains(item.Id));
            open.TryDequeue(out _, out now);
        }

        return waits;
    }

    private static ReplayFigures Figures(List<Job> jobs, double[] waits)
    {
        var risks = jobs.Select(job => Ranking.Risk(job.Item.Severity, job.Item.Exposure)).ToList();
        var top = Enumerable.Range(0, jobs.Count).OrderByDescending(i => risks[i]).ThenBy(i => i).Take(jobs.Count / 10).Select(i => waits[i]).Order().ToList();
        return new(
            top[(int)Math.Ceiling(0.95 * top.Count) - 1],
            waits.Count(wait => wait > 24),
            Gini(waits.Select((wait, i) => wait * risks[i])),
            Gini(waits));
    }

    private sealed record Job(QueueItem Item, double Hours);

    private sealed class ReplayClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
