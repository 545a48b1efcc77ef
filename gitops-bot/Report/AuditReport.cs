using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Entries of the audit log, and what was found in checking it, for people and for programs.</summary>
internal static class AuditReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteTable(IReadOnlyList<AuditEntry> entries, TextWriter output, Ansi ansi)
    {
        foreach (var (sequence, @event, _, _) in entries)
        {
            var time = @event.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            output.WriteLine($"{sequence,5}  {time}  {ansi.Bold(Printable.Of(@event.Verb))}  {Printable.Of(@event.Target)}  {Printable.Of(@event.Outcome)}");
            output.WriteLine($"       {Printable.Of(@event.Who.ToString())}: {Printable.Of(@event.Why)}");
            foreach (var (name, value) in @event.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                output.WriteLine($"       {ansi.Dim($"{Printable.Of(name)}={Printable.Of(value)}")}");
            }
        }
    }

    public static void WriteJson(IReadOnlyList<AuditEntry> entries, TextWriter output) => Write(output, writer =>
    {
        writer.WriteStartArray("entries");
        foreach (var entry in entries)
        {
            Write(writer, entry);
        }

        writer.WriteEndArray();
    });

    public static void WriteTable(AuditVerdict verdict, TextWriter output, Ansi ansi)
    {
        foreach (var gap in verdict.Gaps)
        {
            output.WriteLine(ansi.Yellow(Printable.Of($"gap: entry {gap.Sequence} accounts for {gap.Event.Evidence["bytes"]} bytes before it: {gap.Event.Why}")));
        }

        foreach (var problem in verdict.Problems)
        {
            output.WriteLine($"{ansi.Red(Word(problem.Fault))}: line {problem.Line}: {problem.Message}");
        }

        var head = verdict.Head is null ? "" : $"; head {verdict.Head}";
        output.WriteLine($"{(verdict.IsWhole ? ansi.Green("whole") : ansi.Red("broken"))}: {verdict.Entries} {(verdict.Entries == 1 ? "entry" : "entries")}{head}");
    }

    public static void WriteJson(AuditVerdict verdict, TextWriter output) => Write(output, writer =>
    {
        writer.WriteBoolean("whole", verdict.IsWhole);
        writer.WriteNumber("entries", verdict.Entries);
        writer.WriteString("head", verdict.Head);
        writer.WriteStartArray("gaps");
        foreach (var gap in verdict.Gaps)
        {
            writer.WriteNumberValue(gap.Sequence);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("problems");
        foreach (var problem in verdict.Problems)
        {
            writer.WriteStartObject();
            writer.WriteString("fault", Word(problem.Fault));
            writer.WriteNumber("sequence", problem.Sequence);
            writer.WriteNumber("line", problem.Line);
            writer.WriteString("message", problem.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Word(AuditFault fault) => fault.ToString().ToLowerInvariant();

    private static void Write(Utf8JsonWriter writer, AuditEntry entry)
    {
        var @event = entry.Event;
        writer.WriteStartObject();
        writer.WriteNumber("sequence", entry.Sequence);
        writer.WriteString("id", @event.Id);
        writer.WriteString("time", @event.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("who", @event.Who.ToString());
        writer.WriteString("verb", @event.Verb);
        writer.WriteString("target", @event.Target);
        writer.WriteString("why", @event.Why);
        writer.WriteStartObject("evidence");
        foreach (var (name, value) in @event.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteString("outcome", @event.Outcome);
        writer.WriteString("previous", entry.Previous);
        writer.WriteString("hash", entry.Hash);
        writer.WriteEndObject();
    }

    private static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", 1);
            members(writer);
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
