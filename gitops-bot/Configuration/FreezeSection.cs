using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>freeze</c> says.</summary>
internal static class FreezeSection
{
    public static readonly string[] Keys = ["name", "days", "from", "to", "start", "end", "zone"];

    public static readonly (string Word, DayOfWeek Value)[] Days =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
        ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday),
    ];

    private const string StandardZone = "UTC";
    private const string ZonePattern = "^[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}$";
    private const string TimePattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$";
    private const string DatePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2})?$";

    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm"];

    public static JsonObject Schema()
    {
        var window = SchemaShapes.Map(
            "A window: weekly with days, from and to, or once with start and end.",
            ("name", SchemaShapes.Filled(SchemaShapes.Text("As messages call it."))),
            ("days", SchemaShapes.List("On which days it begins. Left out: on each.", SchemaShapes.Filled(SchemaShapes.Word("A day.", Days.Select(day => day.Word))))),
            ("from", SchemaShapes.Text("When it begins, as \"22:00\".", TimePattern)),
            ("to", SchemaShapes.Text("When it ends; not after from is on the next day.", TimePattern)),
            ("start", SchemaShapes.Text("When it begins, as 2026-12-24T18:00; a date is its first minute.", DatePattern)),
            ("end", SchemaShapes.Text("When it ends, which is no part of it.", DatePattern)),
            ("zone", SchemaShapes.Text("The time zone of these times, by its IANA id, as Europe/Berlin.", ZonePattern, StandardZone)));
        window["type"] = "object";
        window["required"] = new JsonArray("name");
        return SchemaShapes.List("When nothing is delivered.", window);
    }

    public static List<FreezeWindow> Read(Field field, ConfigurationFields fields)
    {
        var windows = new List<FreezeWindow>();
        foreach (var element in fields.MapsOf(field, Keys))
        {
            if (ReadOne(element, fields) is { } window)
            {
                windows.Add(window);
            }
        }

        return windows;
    }

    private static FreezeWindow? ReadOne(Field field, ConfigurationFields fields)
    {
        var name = fields.Text(field["name"]);
        if (!field["name"].Exists)
        {
            fields.Report(field, "has no name; must have one, for messages");
        }

        var zone = ReadZone(field["zone"], fields);
        var isWeekly = field["days"].Exists || field["from"].Exists || field["to"].Exists;
        if (isWeekly == (field["start"].Exists || field["end"].Exists))
        {
            fields.Report(field, $"{(isWeekly ? "is both weekly and once" : "says not when it is")}; must have days, from and to, or start and end");
            return null;
        }

        var (first, last) = isWeekly ? ("from", "to") : ("start", "end");
        foreach (var key in new[] { first, last }.Where(key => !field[key].Exists))
        {
            fields.Report(field, $"has no {key}; must have {first} and {last}");
        }

        return isWeekly ? ReadWeekly(name ?? "", zone, field, fields) : ReadOnce(name ?? "", zone, field, fields);
    }

    private static FreezeWindow.Weekly? ReadWeekly(string name, TimeZoneInfo zone, Field field, ConfigurationFields fields)
    {
        var days = new List<DayOfWeek>();
        foreach (var (_, place) in fields.TextsOf(field["days"]))
        {
            if (fields.Word(place, "day", Days) is { } day)
            {
                days.Add(day);
            }
        }

        if (field["days"] is { IsList: true, Count: 0 })
        {
            fields.Report(field["days"], "names no day, and would never hold; leave it out for every day");
        }

        var (from, to) = (TimeOf(field["from"], isEnd: false, fields), TimeOf(field["to"], isEnd: true, fields));
        return from is { } start && to is { } end
            ? new(name, field["days"].Exists ? days : [.. Days.Select(day => day.Value)], start, end, zone)
            : null;
    }

    private static FreezeWindow.Once? ReadOnce(string name, TimeZoneInfo zone, Field field, ConfigurationFields fields)
    {
        var (from, to) = (DateOf(field["start"], fields), DateOf(field["end"], fields));
        if (from is not { } start || to is not { } end)
        {
            return null;
        }

        if (end > start)
        {
            return new(name, start, end, zone);
        }

        fields.Report(field["end"], "is not after start; must be");
        return null;
    }

    private static TimeOnly? TimeOf(Field field, bool isEnd, ConfigurationFields fields)
    {
        // Without quotes some readers take 22:00 for a number; its text is what was meant.
        if (field.Exists && field.Text is { } text && ConfigurationFields.Fits(text, TimePattern) && (isEnd || text != "24:00"))
        {
            return text == "24:00" ? TimeOnly.MinValue : TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
        }

        if (field.Exists)
        {
            fields.Report(field, $"{Seen(field)} is no time of day; must be hours and minutes, such as \"22:00\"");
        }

        return null;
    }

    private static DateTime? DateOf(Field field, ConfigurationFields fields)
    {
        if (field.Exists && DateTime.TryParseExact(field.Text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 2000 and < 3000)
        {
            return date;
        }

        if (field.Exists)
        {
            fields.Report(field, $"{Seen(field)} is no date; must be one, such as 2026-12-24 or 2026-12-24T18:00, in the window's zone");
        }

        return null;
    }

    private static TimeZoneInfo ReadZone(Field field, ConfigurationFields fields)
    {
        if (fields.Text(field) is not { } id)
        {
            return TimeZoneInfo.Utc;
        }

        // The id becomes a path below the database of time zones.
        if (ConfigurationFields.Fits(id, ZonePattern) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        fields.Report(field, $"{Seen(field)} is no time zone that is known here; must be an IANA id, such as Europe/Berlin or UTC");
        return TimeZoneInfo.Utc;
    }

    private static string Seen(Field field) => Policy.Seen.Of(field);
}
