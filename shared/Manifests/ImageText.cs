using System.Buffers;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// The parts of an image reference as slices of its text; reading one allocates nothing. The grammar is that of
/// distribution's <c>reference.ParseNormalizedNamed</c>, by which the kubelet reads <c>image</c>.
/// </summary>
public readonly ref struct ImageText
{
    // Of the repository, without the registry.
    private const int LongestRepository = 255;
    private const int LongestTag = 128;

    // A registry's name, a repository, a tag and a digest, with room to spare: what is longer is not worth reading.
    private const int LongestText = 4096;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789abcdefABCDEF:"u8);

    private ImageText(ReadOnlySpan<byte> registry, ReadOnlySpan<byte> repository, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Host and port as written; empty where none is written, which means <c>docker.io</c>.</summary>
    public ReadOnlySpan<byte> Registry { get; }

    /// <summary>The path in the registry as written: <c>nginx</c>, not <c>library/nginx</c>.</summary>
    public ReadOnlySpan<byte> Repository { get; }

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Tag { get; }

    /// <summary>With its algorithm, <c>sha256:…</c>; empty where there is none. It decides, whatever the tag says.</summary>
    public ReadOnlySpan<byte> Digest { get; }

    /// <summary>Reads a reference; false where the kubelet would refuse it as an invalid image name. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ImageText image)
    {
        image = default;
        if (text.IsEmpty || text.Length > LongestText || IsImageId(text))
        {
            return false;
        }

        var slash = text.IndexOf((byte)'/');
        var registry = slash > 0 && IsRegistry(text[..slash]) ? text[..slash] : default;
        var name = registry.IsEmpty ? text : text[(slash + 1)..];

        ReadOnlySpan<byte> digest = default;
        var at = name.IndexOf((byte)'@');
        if (at >= 0)
        {
            digest = name[(at + 1)..];
            name = name[..at];
            if (!IsDigest(digest))
            {
                return false;
            }
        }

        ReadOnlySpan<byte> tag = default;
        var colon = name.IndexOf((byte)':');
        if (colon >= 0)
        {
            tag = name[(colon + 1)..];
            name = name[..colon];
            if (!IsTag(tag))
            {
                return false;
            }
        }

        // A first part that is no host name may yet be a part of a repository, as foo_bar.com is.
        if (!IsRepository(name) || !(registry.IsEmpty || IsHost(registry) || IsRepositoryPart(registry)))
        {
            return false;
        }

        image = new ImageText(registry, name, tag, digest);
        return true;
    }

    /// <summary>The first part of a path is a registry where it cannot be a user's name: it has a dot or a port, or capitals, or is <c>localhost</c>.</summary>
    private static bool IsRegistry(ReadOnlySpan<byte> part) =>
        part.IndexOfAny((byte)'.', (byte)':') >= 0
        || part.SequenceEqual("localhost"u8)
        || part.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0;

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        var end = host[0] == '[' ? host.IndexOf((byte)']') + 1 : host.IndexOf((byte)':') is >= 0 and var at ? at : host.Length;
        if (end == 0)
        {
            return false;
        }

        var port = host[end..];
        if (port.Length > 0 && (port[0] != ':' || port.Length == 1 || port[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0))
        {
            return false;
        }

        var name = host[..end];
        if (name.Length > 0 && name[0] == '[')
        {
            return name.Length > 2 && name[1..^1].IndexOfAnyExcept(AddressBytes) < 0;
        }

        foreach (var range in name.Split((byte)'.'))
        {
            var label = name[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var b in label)
            {
                if (!char.IsAsciiLetterOrDigit((char)b) && b != '-')
                {
                    return false;
                }
            }
        }

        return !name.IsEmpty;
    }

    private static bool IsRepository(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path.Length > LongestRepository)
        {
            return false;
        }

        foreach (var range in path.Split((byte)'/'))
        {
            if (!IsRepositoryPart(path[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lower-case letters and digits, in groups that one dot, one or two underscores, or any number of dashes part.</summary>
    private static bool IsRepositoryPart(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty || !IsAlphanumeric(part[0]) || !IsAlphanumeric(part[^1]))
        {
            return false;
        }

        for (var i = 1; i < part.Length; i++)
        {
            if (IsAlphanumeric(part[i]))
            {
                continue;
            }

            var separator = i;
            while (!IsAlphanumeric(part[i]))
            {
                i++;
            }

            var between = part[separator..i];
            if (!between.SequenceEqual("."u8) && !between.SequenceEqual("_"u8) && !between.SequenceEqual("__"u8)
                && between.IndexOfAnyExcept((byte)'-') >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTag(ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty || tag.Length > LongestTag || tag[0] is (byte)'.' or (byte)'-')
        {
            return false;
        }

        foreach (var b in tag)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'_' or (byte)'.' or (byte)'-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDigest(ReadOnlySpan<byte> digest)
    {
        var length = digest.StartsWith("sha256:"u8) ? 64 : digest.StartsWith("sha384:"u8) ? 96 : digest.StartsWith("sha512:"u8) ? 128 : 0;
        return length > 0 && digest.Length == 7 + length && digest[7..].IndexOfAnyExcept(LowerHex) < 0;
    }

    /// <summary>64 hexadecimal digits alone are an image's id, never a repository.</summary>
    private static bool IsImageId(ReadOnlySpan<byte> text) =>
        text.Length == 64 && text.IndexOfAnyExcept(LowerHex) < 0;

    private static bool IsAlphanumeric(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9');
}
