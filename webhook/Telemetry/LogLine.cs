using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>Makes one line of what was logged, whatever characters it holds.</summary>
internal static class LogLine
{
    private const int MostMessageBytes = 8 * 1024;

    public static byte[] Json<TState>(DateTimeOffset time, LogLevel level, string category, string message, TState state, Exception? exception)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(line, new() { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp"u8, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("level"u8, NameOf(level));
            writer.WriteString("message"u8, Bounded(message));
            writer.WriteString("category"u8, category);
            if (exception is not null)
            {
                writer.WriteString("exception"u8, Bounded(exception.ToString()));
            }

            WriteFields(writer, state);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    public static byte[] Text(DateTimeOffset time, LogLevel level, string category, string message, Exception? exception)
    {
        var line = $"{time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {NameOf(level),-5} {category[(category.LastIndexOf('.') + 1)..]}: "
            + BoundedText.Line(message, MostMessageBytes) + "\n" + (exception is null ? "" : $"{Bounded(exception.ToString())}\n");
        return System.Text.Encoding.UTF8.GetBytes(line);
    }

    private static void WriteFields<TState>(Utf8JsonWriter writer, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } fields)
        {
            return;
        }

        var isOpen = false;
        for (var i = 0; i < fields.Count; i++)
        {
            var (name, value) = fields[i];
            if (name == "{OriginalFormat}")
            {
                continue;
            }

            if (!isOpen)
            {
                writer.WriteStartObject("fields"u8);
                isOpen = true;
            }

            name = JsonNamingPolicy.CamelCase.ConvertName(name);
            switch (value)
            {
                case null:
                    writer.WriteNull(name);
                    break;
                case bool flag:
                    writer.WriteBoolean(name, flag);
                    break;
                case int number:
                    writer.WriteNumber(name, number);
                    break;
                case long number:
                    writer.WriteNumber(name, number);
                    break;
                default:
                    writer.WriteString(name, Bounded(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                    break;
            }
        }

        if (isOpen)
        {
            writer.WriteEndObject();
        }
    }

    private static string Bounded(string text) => text.Length <= MostMessageBytes ? text : string.Concat(text.AsSpan(0, MostMessageBytes), "...");

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
