using System.Globalization;

namespace SelfHealGitOps.Bot.Schedule;

/// <param name="Open">How many of a tier may be open at once.</param>
/// <param name="PerDay">How many of a tier may be opened within 24 hours.</param>
internal sealed record TierLimits(int Open, int PerDay);

/// <summary>A change that was delivered.</summary>
internal sealed record DeliveryRecord(string Target, Tier Tier, DateTimeOffset At, bool IsOpen);

/// <summary>What the owner allows.</summary>
internal sealed record BudgetSettings
{
    /// <summary>Each tier has limits of its own, so that risky changes that nobody reviews never keep safe ones back.</summary>
    public IReadOnlyDictionary<Tier, TierLimits> Limits { get; init; } = new Dictionary<Tier, TierLimits>
    {
        [Tier.Auto] = new(10, 40),
        [Tier.Human] = new(5, 10),
        [Tier.Dual] = new(2, 4),
        [Tier.Blocked] = new(3, 3),
    };

    /// <summary>Between two deliveries to one target.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyList<FreezeWindow> Freezes { get; init; } = [];
}

/// <summary>What holds a change.</summary>
internal enum Held
{
    /// <summary>As many of its tier are open, or were opened within a day, as may be.</summary>
    Limit,

    /// <summary>Its target was delivered to a moment ago.</summary>
    Cooldown,

    /// <summary>The owner wants nothing delivered now, whoever asks for it.</summary>
    Freeze,
}

/// <summary>A change of the queue with its place, and whether it goes now.</summary>
/// <param name="HeldBy">Why it does not go now, in words; null for one that does.</param>
/// <param name="Held">The same for a program.</param>
internal sealed record ScheduledItem(int Place, QueueItem Item, RankTerms Terms, string? HeldBy, Held? Held = null)
{
    public bool IsAdmitted => HeldBy is null;

    /// <summary>As it is when a person asks for it to go now: limits and cooldowns give way, a freeze does not.</summary>
    public ScheduledItem AskedFor() => Held is Schedule.Held.Freeze ? this : this with { HeldBy = null, Held = null };
}

/// <summary>Which of the ranked changes go now. What is held by one limit takes nothing from any other.</summary>
internal sealed class Budget(BudgetSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public IReadOnlyList<ScheduledItem> Decide(IReadOnlyList<RankedItem> ranked, IReadOnlyList<DeliveryRecord> deliveries)
    {
        var now = clock.GetUtcNow();
        var freeze = settings.Freezes
            .Select(window => (window.Name, End: window.EndOf(now)))
            .Where(window => window.End is not null)
            .OrderByDescending(window => window.End).ThenBy(window => window.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        var open = deliveries.Where(delivery => delivery.IsOpen).CountBy(delivery => delivery.Tier).ToDictionary();
        var today = deliveries.Where(delivery => now - delivery.At < Day).CountBy(delivery => delivery.Tier).ToDictionary();
        var last = deliveries.GroupBy(delivery => delivery.Target, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Max(delivery => delivery.At), StringComparer.Ordinal);
        var scheduled = new List<ScheduledItem>(ranked.Count);
        foreach (var (item, terms) in ranked)
        {
            // A tier that has no limits in the settings was left out: nothing of it goes.
            var limits = settings.Limits.GetValueOrDefault(item.Tier) ?? new(0, 0);
            var (opened, daily) = (open.GetValueOrDefault(item.Tier), today.GetValueOrDefault(item.Tier));
            (Held Held, string Why)? held =
                freeze.End is { } end ? (Held.Freeze, string.Create(CultureInfo.InvariantCulture, $"freeze '{freeze.Name}' until {end.UtcDateTime:yyyy-MM-dd HH:mm}Z"))
                : last.TryGetValue(item.Target, out var at) && now - at < settings.Cooldown ? (Held.Cooldown, string.Create(CultureInfo.InvariantCulture, $"cooldown until {(at + settings.Cooldown).UtcDateTime:yyyy-MM-dd HH:mm}Z"))
                : opened >= limits.Open ? (Held.Limit, string.Create(CultureInfo.InvariantCulture, $"{opened} of tier {Tiers.Word(item.Tier)} are open; at most {limits.Open}"))
                : daily >= limits.PerDay ? (Held.Limit, string.Create(CultureInfo.InvariantCulture, $"{daily} of tier {Tiers.Word(item.Tier)} within 24 h; at most {limits.PerDay}"))
                : null;
            scheduled.Add(new(scheduled.Count + 1, item, terms, held?.Why, held?.Held));
            if (held is null)
            {
                (open[item.Tier], today[item.Tier], last[item.Target]) = (opened + 1, daily + 1, now);
            }
        }

        return scheduled;
    }
}
