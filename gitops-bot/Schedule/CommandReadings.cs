using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// One text as the several that a program down the line may make of it: as it stands, with escapes read, with expansions
/// that give a space or nothing taken as that. Each takes time in proportion to the text.
/// </summary>
internal static partial class CommandReadings
{
    // Cyrillic, Greek, Armenian and phonetic letters, small, that look like the ASCII letter before them.
    private static readonly Dictionary<int, char> LookAlikes = new[]
    {
        "aаαɑᴀ", "bвьʙβƅ", "cсϲᴄ", "dԁᴅɗ", "eеєεᴇэ", "fғꜰϝ", "gɡɢց", "hһнʜ", "iіιıɪӏ", "jјϳᴊ", "kкκᴋ", "lʟⅼ", "mмᴍϻ", "nпɴոηͷ", "oоοօᴏσ",
        "pрρᴘ", "qԛգ", "rгʀᴦ", "sѕꜱ", "tтτᴛ", "uυսᴜ", "vνѵᴠ", "wԝѡᴡω", "xхχ", "yуүγʏ", "zᴢʐ",
    }.SelectMany(row => row[1..].Select(like => KeyValuePair.Create((int)like, row[0]))).ToDictionary();

    public static IReadOnlyList<string> Of(string text)
    {
        var plain = Plain(text);
        var readings = new List<string> { plain };
        // JSON may stand in JSON, and in it what was escaped for something else. To a shell \n is an n, to JSON a line feed.
        var json = plain;
        for (var i = 0; i < 4; i++)
        {
            var decoded = Plain(Decoded(json));
            Add(decoded);
            Add(Plain(Decoded(decoded)));
            json = Plain(JsonEscape().Replace(json, Unescaped));
            Add(json);
        }

        foreach (var reading in readings.ToList())
        {
            var expanded = Empty().Replace(Separator().Replace(reading, " "), "");
            Add(expanded);
            Add(Substitution().Replace(expanded, ""));
        }

        return readings;

        void Add(string reading)
        {
            if (!readings.Contains(reading))
            {
                readings.Add(reading);
            }
        }
    }

    /// <summary>In small letters, each space a space, without what nobody sees, and letters that look like those of ASCII as those.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var value = rune.Value;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case var _ when value is '\n' or '\r' or 0x0B or 0x0C or 0x85 or 0x2028 or 0x2029:
                    plain.Append('\n');
                    break;
                case UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark:
                    break;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.DashPunctuation:
                    plain.Append(value is 0x2014 or 0x2013 ? "--" : "-");
                    break;
                case UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation:
                    plain.Append(value is 0x2018 or 0x2019 ? '\'' : '"');
                    break;
                default:
                    plain.Append(Letter(rune));
                    break;
            }
        }

        // A backslash before \r\n stood before the line feed.
        return plain.Replace("\n\n", "\n").ToString();
    }

    private static char Letter(Rune rune)
    {
        // Wide forms, and the alphabets of mathematics, thirteen of them and each of 52 letters.
        var value = rune.Value;
        value = value is > 0xFF00 and < 0xFF5F ? value - 0xFEE0
            : value is >= 0x1D400 and < 0x1D6A4 ? ((value - 0x1D400) % 52) is var at && at < 26 ? 'a' + at : 'a' + (((value - 0x1D400) % 52) - 26)
            : value;
        // Capitals that look like another letter than their small ones do.
        value = "ΝnΗhΥyΑaΡp".IndexOf((char)value, StringComparison.Ordinal) is >= 0 and var greek && value > 0x7F && value <= char.MaxValue ? "ΝnΗhΥyΑaΡp"[greek + 1] : value;
        value = value <= char.MaxValue ? char.ToLowerInvariant((char)value) : 'x';
        // With accents written in one character, the letter below them.
        return LookAlikes.TryGetValue(value, out var letter) ? letter
            : value is >= 0xE0 and <= 0xFF && "aaaaaaaceeeeiiii-nooooo-ouuuuy-y"[value - 0xE0] is var bare and not '-' ? bare
            : (char)value;
    }

    /// <summary>Escapes of C, JSON, shells, URLs and HTML as what they stand for.</summary>
    private static string Decoded(string text)
    {
        text = WebUtility.HtmlDecode(text);
        text = Hexadecimal().Replace(text, match => CharOf(match.Groups["hex"].Value, 16));
        text = Octal().Replace(text, match => CharOf(match.Groups["octal"].Value, 8));
        // Quotes that read escapes, $'…', and translated ones, $"…", are quotes.
        return text.Replace("$'", "'", StringComparison.Ordinal).Replace("$\"", "\"", StringComparison.Ordinal);
    }

    private static string Unescaped(Match match) => match.Groups["hex"] is { Success: true } hex ? CharOf(hex.Value, 16)
        : match.Value[1] switch { 'n' or 'r' => "\n", 't' => " ", var c => $"{c}" };

    private static string CharOf(string digits, int @base)
    {
        var value = Convert.ToInt32(digits, @base);
        return Rune.IsValid(value) ? new Rune(value).ToString() : " ";
    }

    [GeneratedRegex(@"\\u0000(?<hex>[0-9a-f]{4})|(\\u\{?|\\x\{?|%)(?<hex>(?<=\\u)[0-9a-f]{4}|(?<=\\u\{|\\x\{)[0-9a-f]{1,6}|(?<=\\x|%)[0-9a-f]{2})\}?", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"\\0?(?<octal>[0-3]?[0-7]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"\$\{ifs[^{}]{0,40}\}|\$ifs(?![a-z0-9_])", RegexOptions.CultureInvariant)]
    private static partial Regex Separator();

    /// <summary>Expansions that may be empty.</summary>
    [GeneratedRegex(@"\$\{[^{}]{0,80}\}|\$[@*#?!$0-9-]", RegexOptions.CultureInvariant)]
    private static partial Regex Empty();

    /// <summary>What is within is judged by itself; it may give nothing.</summary>
    [GeneratedRegex(@"\$\([^()\n]{0,80}\)|`[^`\n]{0,80}`", RegexOptions.CultureInvariant)]
    private static partial Regex Substitution();

    [GeneratedRegex(@"\\(u(?<hex>[0-9a-f]{4})|[\\nrt/""'])", RegexOptions.CultureInvariant)]
    private static partial Regex JsonEscape();
}
