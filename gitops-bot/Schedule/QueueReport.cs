using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>The queue as <c>selfheal rank</c> shows it: each change with every term of its rank, and why it waits.</summary>
internal static class QueueReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="titles">What the changes are, by their ids; null where that is not known.</param>
    public static void WriteTable(TextWriter output, IReadOnlyList<ScheduledItem> queue, IReadOnlyDictionary<string, string>? titles = null)
    {
        string[][] rows =
        [
            ["#", "CHANGE", "RULE", "RADIUS", "TIER", "RANK", "NOW"],
            .. queue.Select(item => new[]
            {
                item.Place.ToString(CultureInfo.InvariantCulture),
                Printable.Of(titles?.GetValueOrDefault(item.Item.Id) ?? item.Item.Id),
                Printable.Of(item.Item.RuleId),
                item.Item.Score.ToString(CultureInfo.InvariantCulture),
                Tiers.Word(item.Item.Tier),
                item.Terms.ToString(),
                item.HeldBy is { } why ? $"waits: {Printable.Of(why)}" : "goes",
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            output.Write(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
            output.Write('\n');
        }

        var going = queue.Count(item => item.IsAdmitted);
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{queue.Count} in the queue, {going} go now, {queue.Count - going} wait\n"));
    }

    /// <summary>Version 1 of it never loses a member or changes one's meaning.</summary>
    public static void WriteJson(Stream output, IReadOnlyList<ScheduledItem> queue)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteStartArray("queue");
        foreach (var item in queue)
        {
            Write(writer, item, title: null);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <param name="title">What the change is, for people; null where that is not known.</param>
    public static void Write(Utf8JsonWriter writer, ScheduledItem scheduled, string? title)
    {
        var (place, item, terms, heldBy, held) = scheduled;
        writer.WriteStartObject();
        writer.WriteNumber("place", place);
        writer.WriteString("id", item.Id);
        if (title is not null)
        {
            writer.WriteString("title", title);
        }

        writer.WriteString("target", item.Target);
        writer.WriteString("rule", item.RuleId);
        writer.WriteStartArray("rules");
        foreach (var rule in item.Rules)
        {
            writer.WriteStringValue(rule);
        }

        writer.WriteEndArray();
        writer.WriteString("severity", Words.Of(item.Severity));
        writer.WriteString("since", item.Since.ToUniversalTime());
        writer.WriteNumber("blastRadius", item.Score);
        writer.WriteString("tier", Tiers.Word(item.Tier));
        writer.WriteNumber("rank", Rounded(terms.Total));
        writer.WriteStartObject("terms");
        writer.WriteNumber("risk", Rounded(terms.Risk));
        writer.WriteNumber("probability", Rounded(terms.Probability));
        writer.WriteNumber("hours", Rounded(terms.Hours));
        writer.WriteNumber("value", Rounded(terms.Value));
        writer.WriteNumber("explore", Rounded(terms.Explore));
        writer.WriteNumber("wait", Rounded(terms.Wait));
        writer.WriteNumber("kev", Rounded(terms.Kev));
        writer.WriteEndObject();
        writer.WriteString("heldBy", heldBy);
        writer.WriteString("held", held?.ToString().ToLowerInvariant());
        writer.WriteEndObject();
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
