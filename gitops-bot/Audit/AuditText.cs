using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>
/// The one way in which events are written as JSON: members in this order, evidence by name, no blanks, and of each text
/// printable ASCII as it is and everything else as <c>\uxxxx</c>. So a line has no line break and nothing that a terminal
/// obeys, and its hash is the same everywhere.
/// </summary>
internal static class AuditText
{
    /// <summary>UTF-16 units of one text.</summary>
    public const int Longest = 4096;

    public static string Write(AuditEvent @event)
    {
        var text = new StringBuilder(256).Append('{');
        WriteMembers(text, @event);
        return text.Append('}').ToString();
    }

    /// <summary>The members from <c>id</c> to <c>outcome</c>, without braces.</summary>
    public static void WriteMembers(StringBuilder text, AuditEvent @event)
    {
        Member(text, "id", @event.Id);
        Member(text.Append(','), "time", @event.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        Member(text.Append(','), "who", @event.Who.ToString());
        Member(text.Append(','), "verb", @event.Verb);
        Member(text.Append(','), "target", @event.Target);
        Member(text.Append(','), "why", @event.Why);
        text.Append(",\"evidence\":{");
        var isFirst = true;
        foreach (var (name, value) in @event.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Member(isFirst ? text : text.Append(','), name, value);
            isFirst = false;
        }

        Member(text.Append("},"), "outcome", @event.Outcome);
    }

    public static AuditEvent ReadEvent(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ReadEvent(document.RootElement);
    }

    /// <exception cref="FormatException">A member is missing, or no text.</exception>
    public static AuditEvent ReadEvent(JsonElement json) => new()
    {
        Id = Text(json, "id"),
        Time = DateTimeOffset.ParseExact(Text(json, "time"), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        Who = Actor.Read(Text(json, "who")),
        Verb = Text(json, "verb"),
        Target = Text(json, "target"),
        Why = Text(json, "why"),
        Evidence = json.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Object
            ? evidence.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString() ?? "", StringComparer.Ordinal)
            : throw new FormatException("'evidence' is missing, or no object"),
        Outcome = Text(json, "outcome"),
    };

    public static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        ? member.GetString()!
        : throw new FormatException($"'{name}' is missing, or no text");

    public static void Member(StringBuilder text, string name, string value)
    {
        Quote(text, name);
        Quote(text.Append(':'), value);
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        // By runes: half of a surrogate pair cannot be read back, and becomes U+FFFD.
        var left = Longest;
        foreach (var rune in value.EnumerateRunes())
        {
            if ((left -= rune.Utf16SequenceLength) < 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u2026 (cut at {Longest} of {value.Length} characters)");
                break;
            }

            if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (rune.Value is >= ' ' and <= '~')
            {
                text.Append((char)rune.Value);
            }
            else
            {
                foreach (var unit in rune.ToString())
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                }
            }
        }

        text.Append('"');
    }
}
