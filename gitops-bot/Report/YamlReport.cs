using System.Globalization;
using System.Text;
using System.Text.Json;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Report;

/// <summary>The JSON report, member for member, as YAML 1.2 in block style. Readers of YAML 1.1 read the same.</summary>
internal static class YamlReport
{
    /// <summary>A key that is followed by its colon has to end within 1024 characters, escapes included.</summary>
    private const int LongestSimpleKey = 1000;

    /// <summary>What some version of YAML takes for something other than text.</summary>
    private static readonly string[] OtherThanText = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

    public static void Write(TextWriter output, ScanResult result)
    {
        using var json = new MemoryStream();
        JsonReport.Write(json, result);
        using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = 1024 });
        Write(output, document.RootElement);
    }

    internal static void Write(TextWriter output, JsonElement root)
    {
        if (IsBlock(root))
        {
            WriteBlock(output, root, 0, isBehindDash: false);
        }
        else
        {
            output.WriteLine(Inline(root));
        }
    }

    /// <param name="isBehindDash">Whether the first line of the block has been begun, by the dash of the list around it.</param>
    private static void WriteBlock(TextWriter output, JsonElement value, int indent, bool isBehindDash)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in value.EnumerateObject())
            {
                output.Write(isBehindDash ? "" : new string(' ', indent));
                isBehindDash = false;
                WriteEntry(output, entry.Name, entry.Value, indent);
            }

            return;
        }

        foreach (var element in value.EnumerateArray())
        {
            output.Write(isBehindDash ? "-" : new string(' ', indent) + "-");
            isBehindDash = false;
            WriteElement(output, element, indent);
        }
    }

    private static void WriteEntry(TextWriter output, string name, JsonElement value, int indent)
    {
        var key = Text(name);
        output.Write(key.Length > LongestSimpleKey ? $"? {key}\n{new string(' ', indent)}:" : $"{key}:");
        if (IsBlock(value))
        {
            output.WriteLine();
            WriteBlock(output, value, indent + 2, isBehindDash: false);
        }
        else
        {
            output.WriteLine($" {Inline(value)}");
        }
    }

    private static void WriteElement(TextWriter output, JsonElement element, int indent)
    {
        output.Write(' ');
        if (IsBlock(element))
        {
            WriteBlock(output, element, indent + 2, isBehindDash: true);
        }
        else
        {
            output.WriteLine(Inline(element));
        }
    }

    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private static string Inline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Text(string text) => IsPlain(text) ? text : Quoted(text);

    /// <summary>Plain where nothing could take it for anything else; there is no harm in quotes.</summary>
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '/')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '/' or '=' or '(' or ')' or '+' or '~' or ';')
        && text[^1] != ' '
        && !OtherThanText.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append((char)rune.Value);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case <= 0xFF when char.IsControl((char)rune.Value):
                    quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                    break;
                case 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF:
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                    break;
                case > 0xFFFF:
                    // Printable to YAML, and not to every reader of it.
                    quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                    break;
                default:
                    quoted.Append(rune);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }
}
