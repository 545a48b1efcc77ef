using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>An image reference, read as the kubelet reads it; equal when written the same.</summary>
/// <param name="Registry">Host and port as written; null where none is written, which means <c>docker.io</c>.</param>
/// <param name="Repository">The path in the registry as written: <c>nginx</c>, not <c>library/nginx</c>.</param>
/// <param name="Tag">Null where there is none, which means <c>latest</c> unless there is a digest.</param>
/// <param name="Digest">With its algorithm, <c>sha256:…</c>; null where there is none. It decides, whatever the tag says.</param>
public sealed record ImageReference(string? Registry, string Repository, string? Tag, string? Digest)
{
    /// <summary>Reads a reference; false where the kubelet would refuse it as an invalid image name. Never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? image)
    {
        image = null;
        if (text is null || !ImageText.TryParse(Encoding.UTF8.GetBytes(text), out var parts))
        {
            return false;
        }

        image = new ImageReference(
            TextOf(parts.Registry), TextOf(parts.Repository)!, TextOf(parts.Tag), TextOf(parts.Digest));
        return true;
    }

    public override string ToString() =>
        (Registry is null ? "" : Registry + "/") + Repository + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static string? TextOf(ReadOnlySpan<byte> part) => part.IsEmpty ? null : Encoding.UTF8.GetString(part);
}
