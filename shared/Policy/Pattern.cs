using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A regular expression as kube-linter's parameters have them (RE2's syntax), looked for anywhere in a text. Takes time
/// in proportion to the text, whatever the expression, and no memory. Those of a few plain characters and anchors,
/// which nearly all are, are compared as bytes: setting up an engine for them would cost more than a scan. One that begins
/// with <c>!</c> is matched by the texts in which the rest is not found.
/// </summary>
public sealed class Pattern
{
    private const short AnyCharacter = -1;

    private readonly string expression;
    private readonly bool isNegated;
    private readonly short[]? plain;
    private readonly bool isAtStart;
    private readonly bool isAtEnd;
    private readonly bool ignoresCase;
    private Regex? regex;

    /// <param name="text">A valid expression; one that is not fails at its first use.</param>
    public Pattern(string text)
    {
        Text = text;
        isNegated = text.StartsWith('!');
        expression = isNegated ? text[1..] : text;
        var rest = expression.AsSpan();
        if (rest.StartsWith("(?i)", StringComparison.Ordinal))
        {
            ignoresCase = true;
            rest = rest[4..];
        }

        if (rest.StartsWith('^'))
        {
            isAtStart = true;
            rest = rest[1..];
        }
        else if (rest.StartsWith(".*", StringComparison.Ordinal))
        {
            rest = rest[2..];
        }

        if (rest.EndsWith('$') && !rest.EndsWith("\\$", StringComparison.Ordinal))
        {
            isAtEnd = true;
            rest = rest[..^1];
        }
        else if (rest.EndsWith(".*", StringComparison.Ordinal) && !rest.EndsWith("\\.*", StringComparison.Ordinal))
        {
            rest = rest[..^2];
        }
        else if (rest.EndsWith(".+", StringComparison.Ordinal) && !rest.EndsWith("\\.+", StringComparison.Ordinal))
        {
            rest = rest[..^1];
        }

        plain = Plain(rest, ignoresCase);
    }

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Pattern? pattern, out string problem)
    {
        (pattern, problem) = (new Pattern(text), "");
        try
        {
            pattern.regex = Compile(pattern.expression);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            (pattern, problem) = (null, $"is no regular expression: {exception.Message}");
            return false;
        }
    }

    public bool IsMatch(ReadOnlySpan<byte> text) => (plain is null ? IsMatchOfRegex(text) : IsMatchOfPlain(text)) != isNegated;

    public override string ToString() => Text;

    private bool IsMatchOfPlain(ReadOnlySpan<byte> text)
    {
        for (var start = 0; start <= text.Length; start++)
        {
            if (MatchAt(text, start) is var end && end >= 0 && (!isAtEnd || end == text.Length))
            {
                return true;
            }

            if (isAtStart)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Where the match ends that begins here, or -1.</summary>
    private int MatchAt(ReadOnlySpan<byte> text, int at)
    {
        foreach (var wanted in plain!)
        {
            if (at >= text.Length)
            {
                return -1;
            }

            if (wanted == AnyCharacter)
            {
                if (text[at] == '\n' || Rune.DecodeFromUtf8(text[at..], out _, out var length) != OperationStatus.Done)
                {
                    return -1;
                }

                at += length;
                continue;
            }

            var seen = text[at++];
            if (seen != wanted && !(ignoresCase && seen is >= (byte)'A' and <= (byte)'Z' && (seen | 0x20) == wanted))
            {
                return -1;
            }
        }

        return at;
    }

    private bool IsMatchOfRegex(ReadOnlySpan<byte> text)
    {
        regex ??= Compile(expression);
        char[]? rented = null;
        var chars = text.Length <= 512 ? stackalloc char[512] : rented = ArrayPool<char>.Shared.Rent(text.Length);
        var length = Encoding.UTF8.GetChars(text, chars);
        var isMatch = regex.IsMatch(chars[..length]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return isMatch;
    }

    /// <summary>The expression as bytes to compare; null when it is more than plain ASCII characters and dots.</summary>
    private static short[]? Plain(ReadOnlySpan<char> text, bool ignoresCase)
    {
        var tokens = new List<short>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                tokens.Add(AnyCharacter);
                continue;
            }

            if (c == '\\')
            {
                // A letter or digit behind it is a class, an anchor or the like.
                if (++i == text.Length || char.IsAsciiLetterOrDigit(text[i]))
                {
                    return null;
                }

                c = text[i];
            }
            else if (!char.IsAsciiLetterOrDigit(c) && !"/_-:=@, ".Contains(c, StringComparison.Ordinal))
            {
                return null;
            }

            if (c > 127)
            {
                return null;
            }

            tokens.Add((short)(ignoresCase ? char.ToLowerInvariant(c) : c));
        }

        return [.. tokens];
    }

    /// <summary>In RE2 <c>$</c> is the end of the text, not of its last line but one character, and names are given with <c>?P</c>.</summary>
    private static Regex Compile(string text)
    {
        var translated = new StringBuilder();
        var isInClass = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                translated.Append(c).Append(text[++i]);
                continue;
            }

            if (c == '[' && isInClass && i + 1 < text.Length && text[i + 1] == ':')
            {
                throw new NotSupportedException("named classes such as [:alpha:] are not known; write the ranges out");
            }

            isInClass = isInClass ? c != ']' : c == '[';
            if (c == '$' && !isInClass)
            {
                translated.Append(@"\z");
            }
            else if (text.AsSpan(i).StartsWith("(?P<", StringComparison.Ordinal) && !isInClass)
            {
                translated.Append("(?<");
                i += 3;
            }
            else
            {
                translated.Append(c);
            }
        }

        return new Regex(translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
