using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>A number of pods, or a share of them in whole percent, as k8s apimachinery <c>intstr.IntOrString</c> reads it.</summary>
/// <param name="Amount">Pods, or percent where <paramref name="IsPercent"/> is set.</param>
public readonly record struct IntOrPercent(long Amount, bool IsPercent)
{
    /// <summary>False for what is neither a whole number nor a text such as <c>25%</c>; a number in quotes is neither.</summary>
    public static bool TryRead(Field field, out IntOrPercent value)
    {
        value = default;
        if (field.Integer is { } number)
        {
            value = new(number, IsPercent: false);
            return true;
        }

        return field.IsString && TryParsePercent(field.Utf8, out value);
    }

    /// <summary>Reads <c>2</c> or <c>25%</c>; nothing below 0 and no share above 100%.</summary>
    public static bool TryParse(string? text, out IntOrPercent value)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            value = new(number, IsPercent: false);
            return number <= int.MaxValue;
        }

        return TryParsePercent(Encoding.UTF8.GetBytes(text ?? ""), out value) && value.Amount is >= 0 and <= 100;
    }

    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");

    /// <summary>As an edit writes it.</summary>
    public Value ToValue() => IsPercent ? ToString() : Amount;

    private static bool TryParsePercent(ReadOnlySpan<byte> utf8, out IntOrPercent value)
    {
        value = default;
        if (!utf8.EndsWith("%"u8) || !Utf8Parser.TryParse(utf8[..^1], out int percent, out var read) || read != utf8.Length - 1)
        {
            return false;
        }

        value = new(percent, IsPercent: true);
        return true;
    }
}
