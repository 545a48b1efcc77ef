using System.Diagnostics.CodeAnalysis;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>What an image runs on: <c>linux/amd64</c>, <c>linux/arm/v7</c>.</summary>
internal sealed record ImagePlatform(string Os, string Architecture, string? Variant = null)
{
    public static ImagePlatform Default { get; } = new("linux", "amd64");

    public static bool TryParse(string text, [NotNullWhen(true)] out ImagePlatform? platform)
    {
        var parts = text.Split('/');
        platform = parts.Length is 2 or 3 && Array.TrueForAll(parts, part => part.Length > 0)
            ? new(parts[0], parts[1], parts.Length == 3 ? parts[2] : null)
            : null;
        return platform is not null;
    }

    /// <summary>True where an image for the other is one for this; a variant counts where both say one.</summary>
    public bool Fits(ImagePlatform other) =>
        Os == other.Os && Architecture == other.Architecture && (Variant is null || other.Variant is null || Variant == other.Variant);

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
