using System.Globalization;

namespace SelfHealGitOps.Policy;

/// <summary>A minor version of Kubernetes, as <c>v1.34</c>: which versions of the API a cluster serves.</summary>
public readonly record struct KubernetesVersion : IComparable<KubernetesVersion>
{
    private readonly int below;

    private KubernetesVersion(int minor) => below = int.MaxValue - minor;

    /// <summary>Newer than every other.</summary>
    public static KubernetesVersion Latest { get; }

    /// <summary>The minor version; <see cref="int.MaxValue"/> for the latest.</summary>
    public int Minor => int.MaxValue - below;

    public static KubernetesVersion V1(int minor) => new(minor);

    /// <summary>Reads <c>latest</c>, <c>v1.N</c> or <c>1.N</c>; a patch version and what a vendor adds behind it (<c>v1.31.4-gke.100</c>) say nothing about the API and are passed over.</summary>
    public static bool TryParse(string? text, out KubernetesVersion version)
    {
        version = Latest;
        if (text == "latest")
        {
            return true;
        }

        var rest = (text ?? "").AsSpan();
        rest = rest.StartsWith('v') ? rest[1..] : rest;
        if (!rest.StartsWith("1.", StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[2..];
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        if (digits.Length is 0 or > 4 || (digits.Length > 1 && digits[0] == '0')
            || (end >= 0 && !(rest[end] == '.' && rest.Length > end + 1 && char.IsAsciiDigit(rest[end + 1]))))
        {
            return false;
        }

        version = new KubernetesVersion(int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>True at this minor version and every later one.</summary>
    public bool IsAtLeast(int minor) => Minor >= minor;

    public int CompareTo(KubernetesVersion other) => Minor.CompareTo(other.Minor);

    public override string ToString() => this == Latest ? "latest" : $"v1.{Minor.ToString(CultureInfo.InvariantCulture)}";

    public static bool operator <(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) >= 0;
}
