using System.Buffers.Binary;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// A short name for a refusal: the same for the same rules at the same places of the same object, in whatever order they
/// were found, whichever replica answers and however often it is tried. To tell refusals apart, not to prove anything.
/// </summary>
internal static class FixId
{
    // FNV-1a of 64 bits. string.GetHashCode differs from process to process.
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Ends a text, so that its neighbour's first letters are not taken for its last.</summary>
    private const string End = "\n";

    public static string Of(ObjectIdentity identity, IReadOnlyList<Finding> findings)
    {
        ulong places = 0;
        for (var i = 0; i < findings.Count; i++)
        {
            places += Mixed(Of(findings[i].Path, Of(findings[i].Rule.Id, Basis)));
        }

        var hash = Basis;
        foreach (var text in (ReadOnlySpan<string?>)[identity.ApiVersion, identity.Kind, identity.Namespace, identity.Name])
        {
            hash = Of(End, Of(text, hash));
        }

        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Mixed(hash ^ places));
        return "d-" + Convert.ToHexStringLower(bytes[..5]);
    }

    /// <summary>By step, without the path's text, which nobody else may want.</summary>
    private static ulong Of(FieldPath path, ulong hash)
    {
        foreach (var step in path.Steps)
        {
            hash = Of(End, hash);
            switch (step)
            {
                case PathStep.Key(var name):
                    hash = Of(name, Of(".", hash));
                    break;
                case PathStep.Element(var match):
                    foreach (var (key, value) in match)
                    {
                        hash = Of(value, Of("=", Of(key, Of("[", hash))));
                    }

                    break;
                case PathStep.Item(var value):
                    hash = Of(value, Of("[=", hash));
                    break;
                case PathStep.Index(var position):
                    hash = (Of("#", hash) ^ (uint)position) * Prime;
                    break;
            }
        }

        return hash;
    }

    private static ulong Of(ReadOnlySpan<char> text, ulong hash)
    {
        foreach (var each in text)
        {
            hash = (hash ^ each) * Prime;
        }

        return hash;
    }

    /// <summary>Every bit of the result depends on every bit of the hash, which a sum alone would not give.</summary>
    private static ulong Mixed(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
