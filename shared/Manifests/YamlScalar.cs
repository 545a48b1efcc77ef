using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// What an unquoted scalar is to the API server, which reads YAML through sigs.k8s.io/yaml and so by the YAML 1.1 rules
/// of go-yaml v2: <c>yes</c>, <c>on</c> and <c>y</c> are booleans, <c>0644</c> is 420, <c>1_000</c> is 1000.
/// Timestamps and base-60 numbers stay strings.
/// </summary>
internal static class YamlScalar
{
    /// <summary>No number that a decoder holds is written with more characters; what is longer stays a string.</summary>
    private const int MaxLength = 1024;

    public static NodeKind Resolve(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return NodeKind.Null;
        }

        return text[0] switch
        {
            (byte)'~' or (byte)'n' or (byte)'N' or (byte)'y' or (byte)'Y' or (byte)'t' or (byte)'T' or (byte)'f' or (byte)'F'
                or (byte)'o' or (byte)'O' => Word(text),
            >= (byte)'0' and <= (byte)'9' or (byte)'+' or (byte)'-' or (byte)'.' => IsNumber(text) ? NodeKind.Number : NodeKind.String,
            _ => NodeKind.String,
        };
    }

    public static bool IsTrue(ReadOnlySpan<byte> boolean) =>
        boolean[0] is (byte)'t' or (byte)'T' or (byte)'y' or (byte)'Y'
        || (boolean.Length == 2 && boolean[0] is (byte)'o' or (byte)'O' && boolean[1] is (byte)'n' or (byte)'N');

    /// <summary>True for .inf and .nan, which have no JSON form: the API server refuses the document.</summary>
    public static bool IsNotFinite(ReadOnlySpan<byte> text) =>
        (text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[1..] : text) is var bare
        && (bare.SequenceEqual(".inf"u8) || bare.SequenceEqual(".Inf"u8) || bare.SequenceEqual(".INF"u8)
            || text.SequenceEqual(".nan"u8) || text.SequenceEqual(".NaN"u8) || text.SequenceEqual(".NAN"u8));

    /// <summary>The value of a whole number, in decimal, octal, hex or binary; null when it has a fraction or does not fit.</summary>
    public static long? Integer(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out long plain, out var used) && used == text.Length && !HasLeadingZero(text))
        {
            return plain;
        }

        return Magnitude(text) is not var (isNegative, sum) ? WholeFloat(text)
            : isNegative ? sum <= 1UL + long.MaxValue ? unchecked(-(long)sum) : null
            : sum <= long.MaxValue ? (long)sum : null;
    }

    /// <summary>The JSON form of a number as it stands in YAML.</summary>
    public static string ToJson(ReadOnlySpan<byte> text)
    {
        if (Integer(text) is { } whole)
        {
            return whole.ToString(CultureInfo.InvariantCulture);
        }

        if (Magnitude(text) is (false, var big))
        {
            return big.ToString(CultureInfo.InvariantCulture);
        }

        Span<byte> plain = stackalloc byte[Math.Min(text.Length, MaxLength)];
        var length = WithoutUnderscores(text[..plain.Length], plain);
        return double.Parse(plain[..length], NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Sign and value of a whole number of up to 64 bits, in any base; null for everything else.</summary>
    private static (bool IsNegative, ulong Value)? Magnitude(ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[128];
        if (text.Length > digits.Length)
        {
            return null;
        }

        var value = digits[..WithoutUnderscores(text, digits)];
        var isNegative = value.Length > 0 && value[0] == '-';
        if (value.Length > 0 && value[0] is (byte)'-' or (byte)'+')
        {
            value = value[1..];
        }

        return TrySum(value, out var sum) ? (isNegative, sum) : null;
    }

    private static NodeKind Word(ReadOnlySpan<byte> text) => text.Length switch
    {
        1 => text[0] switch
        {
            (byte)'~' => NodeKind.Null,
            (byte)'y' or (byte)'Y' or (byte)'n' or (byte)'N' => NodeKind.Boolean,
            _ => NodeKind.String,
        },
        2 when Matches(text, "on"u8) || Matches(text, "no"u8) => NodeKind.Boolean,
        3 when Matches(text, "yes"u8) || Matches(text, "off"u8) => NodeKind.Boolean,
        4 when Matches(text, "true"u8) => NodeKind.Boolean,
        4 when Matches(text, "null"u8) => NodeKind.Null,
        5 when Matches(text, "false"u8) => NodeKind.Boolean,
        _ => NodeKind.String,
    };

    /// <summary>In lower case, in upper case, or capitalised: YAML 1.1 knows no other mixture.</summary>
    private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.SequenceEqual(lower)
        || (Ascii.EqualsIgnoreCase(text, lower) && (text[1..].SequenceEqual(lower[1..]) || text.IndexOfAnyInRange((byte)'a', (byte)'z') < 0));

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxLength)
        {
            return false;
        }

        // The common case first: a few decimal digits.
        if (text.Length < 19 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            return true;
        }

        Span<byte> plain = stackalloc byte[text.Length];
        if (text[0] == '.' && HasLooseUnderscore(text))
        {
            return false;
        }

        var length = WithoutUnderscores(text, plain);
        var value = plain[..length];
        var isNegative = value.Length > 0 && value[0] == '-';
        if (value.Length > 0 && value[0] is (byte)'+' or (byte)'-')
        {
            value = value[1..];
        }

        return (TrySum(value, out var sum) && (!isNegative || sum <= 1UL + long.MaxValue)) || (IsFloat(value) && IsFinite(value));
    }

    // A decimal too large for a double stays a string; only a long one, or one with an exponent, can be.
    private static bool IsFinite(ReadOnlySpan<byte> value) =>
        (value.Length < 300 && value.IndexOfAny((byte)'e', (byte)'E') < 0)
        || (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed));

    /// <summary>The value of digits without sign or underscores, by their prefix; false for none, for a wrong one, and over 64 bits.</summary>
    private static bool TrySum(ReadOnlySpan<byte> value, out ulong sum)
    {
        sum = 0;
        var (radix, skip) = Radix(value);
        if (value.Length == skip)
        {
            return false;
        }

        foreach (var b in value[skip..])
        {
            var digit = Digit(b);
            if (digit >= radix || sum > (ulong.MaxValue - (ulong)digit) / (ulong)radix)
            {
                return false;
            }

            sum = (sum * (ulong)radix) + (ulong)digit;
        }

        return true;
    }

    // ^(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$ after the sign
    private static bool IsFloat(ReadOnlySpan<byte> value)
    {
        var whole = Digits(value);
        var rest = value[whole..];
        if (rest.Length > 0 && rest[0] == '.')
        {
            var fraction = Digits(rest[1..]);
            if (whole == 0 && fraction == 0)
            {
                return false;
            }

            rest = rest[(1 + fraction)..];
        }
        else if (whole == 0)
        {
            return false;
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        rest = rest[1..];
        if (rest.Length > 0 && rest[0] is (byte)'+' or (byte)'-')
        {
            rest = rest[1..];
        }

        return rest.Length > 0 && Digits(rest) == rest.Length;
    }

    private static long? WholeFloat(ReadOnlySpan<byte> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value == Math.Floor(value) && Math.Abs(value) < 1L << 53
            ? (long)value
            : null;

    private static (int Radix, int Skip) Radix(ReadOnlySpan<byte> value) =>
        value.Length < 2 || value[0] != '0'
            ? (10, 0)
            : value[1] switch
            {
                (byte)'x' or (byte)'X' => (16, 2),
                (byte)'o' or (byte)'O' => (8, 2),
                (byte)'b' or (byte)'B' => (2, 2),
                _ => (8, 1),
            };

    private static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => int.MaxValue,
    };

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var other = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 ? text.Length : other;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        return digits.Length > 1 && digits[0] == '0';
    }

    /// <summary>After a leading point, an underscore may only stand between digits.</summary>
    private static bool HasLooseUnderscore(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' && (i + 1 == text.Length || !char.IsAsciiDigit((char)text[i - 1]) || !char.IsAsciiDigit((char)text[i + 1])))
            {
                return true;
            }
        }

        return false;
    }

    private static int WithoutUnderscores(ReadOnlySpan<byte> text, Span<byte> to)
    {
        var length = 0;
        foreach (var b in text)
        {
            if (b != '_')
            {
                to[length++] = b;
            }
        }

        return length;
    }
}
