using System.Globalization;
using System.Numerics;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// An amount of a resource, as k8s apimachinery <c>resource.Quantity</c> reads it: decimal (<c>n u m k M G T P E</c>),
/// binary (<c>Ki … Ei</c>) and exponent (<c>1e3</c>) forms. Compared by value: <c>1</c> equals <c>1000m</c>.
/// </summary>
/// <remarks>
/// Exact down to a billionth; what is finer is rounded away from zero. Binary forms end at 2^63-1, as there. Stricter
/// than there in two things: a digit is needed, and what is beyond some 10^29 or longer than 128 bytes is no quantity.
/// </remarks>
public readonly record struct Quantity : IComparable<Quantity>
{
    private const int LongestText = 128;
    private const int NanoDigits = 9;

    // 10^38 is the largest power of ten in 128 bits.
    private const int MostDigits = 38;

    private static readonly UInt128 BinaryCap = (UInt128)long.MaxValue * 1_000_000_000;

    private readonly Int128 nanos;

    private Quantity(Int128 nanos) => this.nanos = nanos;

    public static Quantity Zero { get; }

    public bool IsZero => nanos == 0;

    public bool IsPositive => nanos > 0;

    /// <summary>Reads a quantity. Allocates nothing for the amounts that manifests hold; never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Quantity quantity)
    {
        quantity = default;
        if (text.IsEmpty || text.Length > LongestText)
        {
            return false;
        }

        var isNegative = text[0] == '-';
        var rest = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var whole = Digits(rest);
        rest = rest[whole.Length..];
        ReadOnlySpan<byte> fraction = default;
        if (rest.Length > 0 && rest[0] == '.')
        {
            fraction = Digits(rest[1..]);
            rest = rest[(1 + fraction.Length)..];
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            return false;
        }

        if (!TryReadSuffix(rest, out var power, out var isBinary)
            || !TryScale(whole.TrimStart((byte)'0'), fraction.TrimEnd((byte)'0'), power, isBinary, out var magnitude))
        {
            return false;
        }

        quantity = new Quantity(isNegative ? -magnitude : magnitude);
        return true;
    }

    public static bool TryParse(string? text, out Quantity quantity)
    {
        Span<byte> utf8 = stackalloc byte[LongestText];
        quantity = default;
        return text is not null && Encoding.UTF8.TryGetBytes(text, utf8, out var length) && TryParse(utf8[..length], out quantity);
    }

    /// <summary>Reads a field as the API server's decoder does: also from a number, and with blanks around a string. False where it is absent.</summary>
    public static bool TryRead(Field field, out Quantity quantity)
    {
        quantity = default;
        switch (field.Kind)
        {
            case NodeKind.Number when field.Integer is { } whole:
                quantity = new Quantity((Int128)whole * 1_000_000_000);
                return true;
            case NodeKind.Number:
                return TryParse(field.Utf8, out quantity);
            case NodeKind.String:
                return TryParse(field.Utf8.Trim(" \t\r\n"u8), out quantity);
            default:
                return false;
        }
    }

    public int CompareTo(Quantity other) => nanos.CompareTo(other.nanos);

    public static bool operator <(Quantity left, Quantity right) => left.nanos < right.nanos;

    public static bool operator >(Quantity left, Quantity right) => left.nanos > right.nanos;

    public static bool operator <=(Quantity left, Quantity right) => left.nanos <= right.nanos;

    public static bool operator >=(Quantity left, Quantity right) => left.nanos >= right.nanos;

    /// <summary>The plain decimal number, without a suffix.</summary>
    public override string ToString()
    {
        var (whole, rest) = Int128.DivRem(Int128.Abs(nanos), 1_000_000_000);
        var text = (nanos < 0 ? "-" : "") + whole.ToString(CultureInfo.InvariantCulture);
        return rest == 0 ? text : $"{text}.{((long)rest).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}";
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text : text[..end];
    }

    /// <summary>The power of 10, or of 2 for binary suffixes, that a suffix stands for.</summary>
    private static bool TryReadSuffix(ReadOnlySpan<byte> suffix, out int power, out bool isBinary)
    {
        power = 0;
        isBinary = suffix.Length == 2 && suffix[1] == 'i';
        if (isBinary)
        {
            power = 10 * (1 + "KMGTPE"u8.IndexOf(suffix[0]));
            return power > 0;
        }

        switch (suffix.Length)
        {
            case 0:
                return true;
            case 1:
                var at = "num kMGTPE"u8.IndexOf(suffix[0]);
                power = (at - 3) * 3;
                return at >= 0 && suffix[0] != ' ';
            default:
                return suffix[0] is (byte)'e' or (byte)'E' && TryReadExponent(suffix[1..], out power);
        }
    }

    /// <summary>Exponents beyond any use are held at a bound, so that they cost no more than others.</summary>
    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int power)
    {
        power = 0;
        var isNegative = text[0] == '-';
        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            power = Math.Min(1000, (power * 10) + digit - '0');
        }

        power = isNegative ? -power : power;
        return !digits.IsEmpty;
    }

    private static bool TryScale(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int power, bool isBinary, out Int128 nanos)
    {
        nanos = 0;
        var shift = NanoDigits - fraction.Length + (isBinary ? 0 : power);
        var factor = isBinary ? UInt128.One << power : UInt128.One;
        if (whole.Length + fraction.Length > MostDigits || Math.Abs(shift) > MostDigits)
        {
            return TryScaleBig(whole, fraction, shift, factor, isBinary, out nanos);
        }

        var digits = AppendDigits(AppendDigits(UInt128.Zero, whole), fraction);
        var by = PowerOfTen(Math.Abs(shift));
        if (shift >= 0 && factor <= UInt128.MaxValue / by)
        {
            factor *= by;
        }
        else if (shift >= 0)
        {
            return TryScaleBig(whole, fraction, shift, factor, isBinary, out nanos);
        }

        if (digits > UInt128.MaxValue / factor)
        {
            return TryScaleBig(whole, fraction, shift, factor: isBinary ? UInt128.One << power : UInt128.One, isBinary, out nanos);
        }

        var scaled = digits * factor;
        if (shift < 0)
        {
            var (quotient, remainder) = UInt128.DivRem(scaled, by);
            scaled = remainder == 0 ? quotient : quotient + 1;
        }

        return TryCap(scaled, isBinary, out nanos);
    }

    /// <summary>The same without bounds on the way; the length of the text bounds the work.</summary>
    private static bool TryScaleBig(
        ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int shift, UInt128 factor, bool isBinary, out Int128 nanos)
    {
        var scaled = BigInteger.Zero;
        foreach (var digit in whole)
        {
            scaled = (scaled * 10) + (digit - '0');
        }

        foreach (var digit in fraction)
        {
            scaled = (scaled * 10) + (digit - '0');
        }

        scaled *= factor;
        var by = BigInteger.Pow(10, Math.Abs(shift));
        if (shift >= 0)
        {
            scaled *= by;
        }
        else
        {
            scaled = BigInteger.DivRem(scaled, by, out var remainder);
            scaled += remainder.IsZero ? 0 : 1;
        }

        return TryCap(scaled > UInt128.MaxValue ? UInt128.MaxValue : (UInt128)scaled, isBinary, out nanos);
    }

    private static bool TryCap(UInt128 magnitude, bool isBinary, out Int128 nanos)
    {
        magnitude = isBinary ? UInt128.Min(magnitude, BinaryCap) : magnitude;
        nanos = magnitude <= (UInt128)Int128.MaxValue ? (Int128)magnitude : 0;
        return magnitude <= (UInt128)Int128.MaxValue;
    }

    private static UInt128 AppendDigits(UInt128 value, ReadOnlySpan<byte> digits)
    {
        foreach (var digit in digits)
        {
            value = (value * 10) + (UInt128)(digit - '0');
        }

        return value;
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        var power = UInt128.One;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }
}
