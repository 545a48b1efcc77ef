namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// A time in which nothing is delivered, by the clock on somebody's wall. Where that clock shows a time twice or never, the
/// window is the longer one: it begins at the first moment that could be meant, and ends at the last.
/// </summary>
internal abstract record FreezeWindow
{
    private FreezeWindow(string name, TimeZoneInfo zone) => (Name, Zone) = (name, zone);

    public string Name { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>When the window that holds now ends; null where none does.</summary>
    public abstract DateTimeOffset? EndOf(DateTimeOffset now);

    /// <summary>Once. The end is no part of it.</summary>
    public sealed record Once(string WindowName, DateTime Start, DateTime End, TimeZoneInfo WindowZone) : FreezeWindow(WindowName, WindowZone)
    {
        public override DateTimeOffset? EndOf(DateTimeOffset now)
        {
            var end = Latest(End, Zone);
            return now >= Earliest(Start, Zone) && now < end ? end : null;
        }
    }

    /// <summary>On these days of each week. An end that is not after the start is on the day after.</summary>
    public sealed record Weekly(string WindowName, IReadOnlyList<DayOfWeek> Days, TimeOnly Start, TimeOnly End, TimeZoneInfo WindowZone)
        : FreezeWindow(WindowName, WindowZone)
    {
        public override DateTimeOffset? EndOf(DateTimeOffset now)
        {
            var today = TimeZoneInfo.ConvertTime(now, Zone).Date;
            DateTimeOffset? last = null;
            for (var day = today.AddDays(-2); day <= today.AddDays(1); day = day.AddDays(1))
            {
                if (Days.Contains(day.DayOfWeek))
                {
                    var end = (End > Start ? day : day.AddDays(1)) + End.ToTimeSpan();
                    last = new Once(Name, day + Start.ToTimeSpan(), end, Zone).EndOf(now) ?? last;
                }
            }

            return last;
        }
    }

    private static DateTimeOffset Earliest(DateTime local, TimeZoneInfo zone) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Offsets(local, zone).Max());

    private static DateTimeOffset Latest(DateTime local, TimeZoneInfo zone) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Offsets(local, zone).Min());

    private static TimeSpan[] Offsets(DateTime local, TimeZoneInfo zone)
    {
        var time = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time)
            : zone.IsInvalidTime(time) ? [zone.GetUtcOffset(time.AddHours(-3)), zone.GetUtcOffset(time.AddHours(3))]
            : [zone.GetUtcOffset(time)];
    }
}
