using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>The contents of a file, as far as they are worth having.</summary>
/// <param name="IsTooLarge">There is more than anybody reads; the bytes are the beginning, or none.</param>
/// <param name="IsRegular">Not a pipe or a device.</param>
internal readonly record struct FileBytes(ReadOnlyMemory<byte> Bytes, bool IsTooLarge, bool IsRegular)
{
    public static FileBytes Read(RepositoryFile file)
    {
        if (file.Contents is { } contents)
        {
            return new(contents, contents.Length > ManifestReader.MaxFileBytes, IsRegular: true);
        }

        // Pipes and devices have no length: found in a repository, they would hang the scan or never end.
        if (!file.IsNamed && new FileInfo(file.FullPath).Length == 0)
        {
            return new(default, IsTooLarge: false, IsRegular: true);
        }

        using var stream = new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (!stream.CanSeek)
        {
            return Read(stream);
        }

        if (stream.Length > ManifestReader.MaxFileBytes)
        {
            // A large file of data beside the manifests is none of ours.
            return new(default, file.IsNamed || MayHoldManifests(stream), IsRegular: true);
        }

        var bytes = new byte[stream.Length];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new(bytes.AsMemory(0, length), IsTooLarge: false, IsRegular: true);
    }

    /// <summary>All of a stream that does not say how long it is.</summary>
    public static FileBytes Read(Stream stream)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > ManifestReader.MaxFileBytes)
            {
                return new(bytes.ToArray(), IsTooLarge: true, IsRegular: false);
            }
        }

        return new(bytes.ToArray(), IsTooLarge: false, IsRegular: false);
    }

    /// <summary>As <see cref="ManifestReader.MayHoldManifests"/>, piece by piece.</summary>
    private static bool MayHoldManifests(FileStream stream)
    {
        const int Overlap = 16;
        var buffer = new byte[1024 * 1024];
        var kept = 0;
        var (hasVersion, hasKind) = (false, false);
        while (stream.Read(buffer.AsSpan(kept)) is > 0 and var read && !(hasVersion && hasKind))
        {
            var piece = buffer.AsSpan(0, kept + read);
            hasVersion |= piece.IndexOf("apiVersion"u8) >= 0;
            hasKind |= piece.IndexOf("kind"u8) >= 0;
            kept = Math.Min(Overlap, piece.Length);
            piece[^kept..].CopyTo(buffer);
        }

        return hasVersion && hasKind;
    }
}
