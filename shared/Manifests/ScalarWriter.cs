using System.Buffers;
using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>Writes scalars so that YAML 1.1, YAML 1.2 and go-yaml read the same value from them.</summary>
internal static class ScalarWriter
{
    private static readonly SearchValues<char> FlowIndicators = SearchValues.Create(",[]{}:?");
    private static readonly SearchValues<char> OfDates = SearchValues.Create("0123456789-:._TtZz +");

    /// <summary>In the wanted style where that is possible; a block style cannot be kept and becomes a plain one.</summary>
    public static string Write(Value scalar, NodeStyle wanted, bool inFlow) => scalar switch
    {
        Value.Text(var text) => Text(text, wanted, inFlow),
        Value.Number(var number) => number.ToString(CultureInfo.InvariantCulture),
        Value.Boolean(var boolean) => boolean ? "true" : "false",
        Value.Map => "{}",
        _ => "[]",
    };

    public static string Text(string text, NodeStyle wanted, bool inFlow)
    {
        var style = wanted is NodeStyle.SingleQuoted or NodeStyle.DoubleQuoted
            ? wanted
            : IsSafePlain(text, inFlow) ? NodeStyle.Plain : NodeStyle.DoubleQuoted;
        return style switch
        {
            NodeStyle.Plain => text,
            NodeStyle.SingleQuoted when !text.Any(NeedsEscape) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            _ => Quoted(text),
        };
    }

    /// <summary>In double quotes, with no escape that JSON does not know.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when NeedsEscape(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static bool NeedsEscape(char c) => c is < ' ' or (>= '\u007F' and <= '\u009F') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';

    /// <summary>True when no reader takes the unquoted text for anything but this string.</summary>
    public static bool IsSafePlain(string text, bool inFlow) =>
        text.Length is > 0 and < 1024
        && !text.Any(NeedsEscape)
        && !char.IsWhiteSpace(text[0])
        && !char.IsWhiteSpace(text[^1])
        && IsSafeStart(text)
        && text[^1] != ':'
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && (!inFlow || text.AsSpan().IndexOfAny(FlowIndicators) < 0)
        && !IsOtherThanString(text);

    private static bool IsSafeStart(string text) =>
        text[0] switch
        {
            '-' => text.Length > 1 && text[1] != ' ' && !text.StartsWith("---", StringComparison.Ordinal),
            '.' => !text.StartsWith("...", StringComparison.Ordinal),
            '<' or '=' => text is not ("<<" or "="),
            _ => !"?:,[]{}#&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal),
        };

    private static bool IsOtherThanString(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return YamlScalar.Resolve(utf8) != NodeKind.String || YamlScalar.IsNotFinite(utf8) || IsDateOrBase60(text);
    }

    /// <summary>Strings to go-yaml v2's users, but dates and numbers to other readers of YAML 1.1: 2001-01-01, 12:30.</summary>
    private static bool IsDateOrBase60(string text)
    {
        var digits = text.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9');
        var rest = text.AsSpan().TrimStart("+-");
        return digits > 0
            && rest[digits] is '-' or ':'
            && rest[digits..].IndexOfAnyExcept(OfDates) < 0;
    }
}
