using System.Security.Cryptography;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>The name of contents by their hash: <c>sha256:…</c>.</summary>
internal static class ContentDigest
{
    /// <summary>True for what a reference may carry behind its <c>@</c>.</summary>
    public static bool IsValid(string? digest) => digest is not null && ImageReference.TryParse("x@" + digest, out _);

    public static string Of(ReadOnlySpan<byte> bytes) => Of("sha256", bytes);

    /// <summary>True where these are the bytes that the digest names.</summary>
    /// <param name="digest">A valid one.</param>
    public static bool Holds(string digest, ReadOnlySpan<byte> bytes) =>
        Of(digest[..digest.IndexOf(':', StringComparison.Ordinal)], bytes) == digest;

    private static string Of(string algorithm, ReadOnlySpan<byte> bytes) => algorithm + ":" + Convert.ToHexStringLower(algorithm switch
    {
        "sha256" => SHA256.HashData(bytes),
        "sha384" => SHA384.HashData(bytes),
        _ => SHA512.HashData(bytes),
    });
}
