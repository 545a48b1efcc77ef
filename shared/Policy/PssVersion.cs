using System.Globalization;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The version of the Pod Security Standards, as in the label <c>pod-security.kubernetes.io/enforce-version</c>:
/// <c>v1.N</c>, or <c>latest</c>. Versions newer than any known one are judged by the newest known.
/// </summary>
public readonly record struct PssVersion : IComparable<PssVersion>
{
    private readonly int below;

    private PssVersion(int minor) => below = int.MaxValue - minor;

    public static PssVersion Latest { get; }

    /// <summary>The minor version; <see cref="int.MaxValue"/> for the latest.</summary>
    public int Minor => int.MaxValue - below;

    public static PssVersion V1(int minor) => new(minor);

    /// <summary>Reads <c>latest</c> or <c>v1.N</c>; exactly that, as the API server does.</summary>
    public static bool TryParse(string? text, out PssVersion version)
    {
        version = Latest;
        if (text == "latest")
        {
            return true;
        }

        if (text is null || !text.StartsWith("v1.", StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || (text.Length > 4 && text[3] == '0') || minor == int.MaxValue)
        {
            return false;
        }

        version = new PssVersion(minor);
        return true;
    }

    /// <summary>True at this minor version and every later one.</summary>
    public bool IsAtLeast(int minor) => Minor >= minor;

    public int CompareTo(PssVersion other) => Minor.CompareTo(other.Minor);

    public override string ToString() => this == Latest ? "latest" : $"v1.{Minor.ToString(CultureInfo.InvariantCulture)}";

    public static bool operator <(PssVersion left, PssVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(PssVersion left, PssVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(PssVersion left, PssVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PssVersion left, PssVersion right) => left.CompareTo(right) >= 0;
}
