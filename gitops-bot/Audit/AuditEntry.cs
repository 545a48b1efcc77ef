using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>An event in its place in the chain.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="Previous">The hash of the entry before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 of the line without its last member, which is this: <c>,"hash":"…"</c>. 64 hexadecimal digits.</param>
internal sealed record AuditEntry(long Sequence, AuditEvent Event, string Previous, string Hash)
{
    /// <summary>What the first entry follows.</summary>
    public static string Beginning { get; } = new('0', 64);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    public static (AuditEntry Entry, string Line) After(AuditEntry? last, AuditEvent @event)
    {
        var sequence = (last?.Sequence ?? 0) + 1;
        var previous = last?.Hash ?? Beginning;
        var text = new StringBuilder(512).Append(CultureInfo.InvariantCulture, $"{{\"sequence\":{sequence},");
        AuditText.WriteMembers(text, @event);
        AuditText.Member(text.Append(','), "previous", previous);
        var hash = HashOf(Encoding.ASCII.GetBytes($"{text}}}"));
        AuditText.Member(text.Append(','), "hash", hash);
        return (new(sequence, @event, previous, hash), text.Append('}').ToString());
    }

    /// <summary>What a line is.</summary>
    public static AuditReading Read(ReadOnlySpan<byte> line)
    {
        if (line.Length > HashMember && line[^HashMember..].StartsWith(",\"hash\":\""u8) && line.EndsWith("\"}"u8))
        {
            var stated = line[^66..^2];
            if (!stated.ContainsAnyExcept(HexDigits))
            {
                byte[] content = [.. line[..^HashMember], (byte)'}'];
                var hash = Encoding.ASCII.GetString(stated);
                if (HashOf(content) == hash)
                {
                    return Parse(content, hash);
                }

                return new AuditReading.Changed("its content is not what its hash was made of");
            }
        }

        return IsWholeJson(line)
            ? new AuditReading.Changed("it is JSON, but does not end with a hash")
            : new AuditReading.Unfinished();
    }

    /// <summary><c>,"hash":"</c>, 64 digits and <c>"}</c>.</summary>
    private const int HashMember = 9 + 64 + 2;

    private static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static AuditReading Parse(byte[] content, string hash)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var json = document.RootElement;
            return new AuditReading.Whole(new(json.GetProperty("sequence").GetInt64(), AuditText.ReadEvent(json), AuditText.Text(json, "previous"), hash));
        }
        catch (Exception exception) when (exception is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // Its hash fits: somebody wrote it so.
            return new AuditReading.Changed("its hash is right, but it is no entry: another program wrote it");
        }
    }

    private static bool IsWholeJson(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            return reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>What a line of the log turned out to be.</summary>
internal abstract record AuditReading
{
    private AuditReading()
    {
    }

    public sealed record Whole(AuditEntry Entry) : AuditReading;

    /// <summary>No JSON: the part of a line that was on the disk when its writer was killed, or worse.</summary>
    public sealed record Unfinished : AuditReading;

    /// <summary>Complete, and not what the bot writes: somebody was at it.</summary>
    public sealed record Changed(string Why) : AuditReading;
}
