using System.Security.Cryptography;

namespace SelfHealGitOps.Bot.Forge.Hooks;

/// <summary>Which forge a delivery comes from, by the owner's word: its headers are those that are believed.</summary>
internal enum HookForge
{
    GitHub,
    Gitea,
}

/// <summary>HMAC-SHA256 over the body as it came.</summary>
internal static class HookSignature
{
    private const string GitHubPrefix = "sha256=";

    /// <summary>Whether the body was signed with one of the secrets: two while one is being replaced.</summary>
    /// <param name="header">Null where the delivery has none.</param>
    public static bool IsValid(HookForge forge, string? header, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> secrets)
    {
        var text = header ?? "";
        if (forge == HookForge.GitHub)
        {
            if (!text.StartsWith(GitHubPrefix, StringComparison.Ordinal))
            {
                return false;
            }

            text = text[GitHubPrefix.Length..];
        }

        Span<byte> shown = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (text.Length != 2 * HMACSHA256.HashSizeInBytes || Convert.FromHexString(text, shown, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Span<byte> wanted = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isValid = false;
        foreach (var secret in secrets)
        {
            // An empty secret is one that everybody knows.
            if (secret.Length > 0)
            {
                HMACSHA256.HashData(secret, body, wanted);
                isValid |= CryptographicOperations.FixedTimeEquals(wanted, shown);
            }
        }

        return isValid;
    }
}
