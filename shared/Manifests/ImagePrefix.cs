using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// A registry, or a part of one, that images may be in: <c>registry.example.com/shop</c>. Compared by whole segments, and
/// with a bare name read as the container runtimes do: <c>nginx</c> is <c>docker.io/library/nginx</c>.
/// </summary>
public sealed class ImagePrefix : IEquatable<ImagePrefix>
{
    private const string StandardHost = "docker.io";

    private readonly byte[] host;
    private readonly byte[] path;

    private ImagePrefix(string host, string path)
    {
        (Host, Path) = (host, path);
        this.host = Encoding.UTF8.GetBytes(host);
        this.path = Encoding.UTF8.GetBytes(path);
    }

    /// <summary>Host and port in lower case; <c>docker.io</c> under each of its names.</summary>
    public string Host { get; }

    /// <summary>Empty for a whole registry; else without slashes at its ends.</summary>
    public string Path { get; }

    private static ReadOnlySpan<byte> OfficialImages => "library/"u8;

    /// <summary>Reads <c>host[:port][/path]</c>; false for what has no host, and for what names an image rather than a place.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImagePrefix? prefix)
    {
        prefix = null;
        text = text is not null && text.EndsWith('/') ? text[..^1] : text;
        if (text is null || !ImageReference.TryParse(text + "/x", out var image) || image.Registry is null)
        {
            return false;
        }

        prefix = new(HostOf(image.Registry), image.Repository.Length > 2 ? image.Repository[..^2] : "");
        return true;
    }

    /// <summary>The host as prefixes are told apart by; null, for no host written, is <c>docker.io</c>.</summary>
    public static string HostOf(string? registry) =>
        registry is null || registry.Equals("index.docker.io", StringComparison.OrdinalIgnoreCase) ? StandardHost : registry.ToLowerInvariant();

    /// <summary>True when the image is in this place. Allocates nothing.</summary>
    public bool Contains(in ImageText image)
    {
        var registry = image.Registry.IsEmpty || Ascii.EqualsIgnoreCase(image.Registry, "index.docker.io"u8) ? "docker.io"u8 : image.Registry;
        if (!Ascii.EqualsIgnoreCase(registry, host))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = path;
        if (IsOfficial(registry, image.Repository))
        {
            if (rest.SequenceEqual(OfficialImages[..^1]))
            {
                return true;
            }

            if (rest.StartsWith(OfficialImages))
            {
                rest = rest[OfficialImages.Length..];
            }
            else if (!rest.IsEmpty)
            {
                return false;
            }
        }

        return rest.IsEmpty
            || (image.Repository.StartsWith(rest) && (image.Repository.Length == rest.Length || image.Repository[rest.Length] == '/'));
    }

    /// <summary>The same image below this place, with its path, tag and digest.</summary>
    public ImageReference Mirror(ImageReference image)
    {
        var repository = IsOfficial(Encoding.UTF8.GetBytes(HostOf(image.Registry)), Encoding.UTF8.GetBytes(image.Repository))
            ? "library/" + image.Repository
            : image.Repository;
        return image with { Registry = Host, Repository = Path.Length == 0 ? repository : $"{Path}/{repository}" };
    }

    public bool Equals(ImagePrefix? other) => other is not null && other.Host == Host && other.Path == Path;

    public override bool Equals(object? obj) => Equals(obj as ImagePrefix);

    public override int GetHashCode() => HashCode.Combine(Host, Path);

    public override string ToString() => Path.Length == 0 ? Host : $"{Host}/{Path}";

    private static bool IsOfficial(ReadOnlySpan<byte> registry, ReadOnlySpan<byte> repository) =>
        Ascii.EqualsIgnoreCase(registry, "docker.io"u8) && repository.IndexOf((byte)'/') < 0;
}
