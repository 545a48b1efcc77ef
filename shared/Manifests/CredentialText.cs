using System.Buffers;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Knows credentials by their form alone: keys and tokens with a fixed prefix, private keys, and passwords in URLs. Made
/// for few false alarms: a password without a form of its own goes unseen.
/// </summary>
public static class CredentialText
{
    private const int AwsKeyLength = 16;

    // A header, a payload and a signature are each longer in any real token.
    private const int ShortestJwtPart = 10;

    private static readonly SearchValues<byte> NotInUserInfo = SearchValues.Create(" \t\r\n/?#\"'<>\\"u8);

    /// <summary>What kind of credential a text holds; null when none is seen. The credential itself is never part of the answer.</summary>
    public static string? Find(ReadOnlySpan<byte> text)
    {
        if (text.Length < 8)
        {
            return null;
        }

        return HasPrivateKey(text) ? "a private key"
            : HasAwsKey(text, "AKIA"u8) || HasAwsKey(text, "ASIA"u8) ? "an AWS access key"
            : HasGitHubToken(text) ? "a GitHub token"
            : HasToken(text, "glpat-"u8, 20) ? "a GitLab token"
            : HasSlackToken(text) ? "a Slack token"
            : HasJwt(text) ? "a JSON web token"
            : HasUrlPassword(text) ? "a URL with a password"
            : null;
    }

    private static bool HasPrivateKey(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf("-----BEGIN "u8); at >= 0;)
        {
            text = text[(at + 11)..];
            var end = text.IndexOf("-----"u8);
            if (end >= 11 && text[..end].EndsWith("PRIVATE KEY"u8))
            {
                return true;
            }

            at = text.IndexOf("-----BEGIN "u8);
        }

        return false;
    }

    private static bool HasAwsKey(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix)
    {
        for (var at = text.IndexOf(prefix); at >= 0;)
        {
            var isStart = at == 0 || !IsWordByte(text[at - 1]);
            text = text[(at + prefix.Length)..];
            if (isStart && text.Length >= AwsKeyLength
                && IsUpperAlphanumeric(text[..AwsKeyLength])
                && (text.Length == AwsKeyLength || !IsWordByte(text[AwsKeyLength]))
                && !text[..AwsKeyLength].EndsWith("EXAMPLE"u8))
            {
                return true;
            }

            at = text.IndexOf(prefix);
        }

        return false;
    }

    private static bool HasGitHubToken(ReadOnlySpan<byte> text) =>
        HasToken(text, "ghp_"u8, 36) || HasToken(text, "gho_"u8, 36) || HasToken(text, "ghu_"u8, 36) || HasToken(text, "ghs_"u8, 36)
        || HasToken(text, "ghr_"u8, 36) || HasToken(text, "github_pat_"u8, 40);

    private static bool HasSlackToken(ReadOnlySpan<byte> text) =>
        HasToken(text, "xoxb-"u8, 20) || HasToken(text, "xoxp-"u8, 20) || HasToken(text, "xoxa-"u8, 20) || HasToken(text, "xoxr-"u8, 20);

    private static bool HasToken(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix, int length)
    {
        for (var at = text.IndexOf(prefix); at >= 0;)
        {
            var isStart = at == 0 || !IsWordByte(text[at - 1]);
            text = text[(at + prefix.Length)..];
            if (isStart && WordLength(text) >= length)
            {
                return true;
            }

            at = text.IndexOf(prefix);
        }

        return false;
    }

    /// <summary>Three parts in base64url, the first two of which begin a JSON object.</summary>
    private static bool HasJwt(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf("eyJ"u8); at >= 0; at = text.IndexOf("eyJ"u8))
        {
            text = text[at..];
            var header = WordLength(text);
            if (IsJwtPart(text, header) && text[(header + 1)..].StartsWith("eyJ"u8))
            {
                var rest = text[(header + 1)..];
                var payload = WordLength(rest);
                if (IsJwtPart(rest, payload) && WordLength(rest[(payload + 1)..]) >= ShortestJwtPart)
                {
                    return true;
                }
            }

            text = text[Math.Max(3, header)..];
        }

        return false;
    }

    private static bool IsJwtPart(ReadOnlySpan<byte> text, int length) =>
        length >= ShortestJwtPart && length < text.Length && text[length] == '.';

    /// <summary><c>scheme://user:password@host</c>, but not where the password is filled in later or blanked out.</summary>
    private static bool HasUrlPassword(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf("://"u8); at >= 0; at = text.IndexOf("://"u8))
        {
            var hasScheme = at > 0 && char.IsAsciiLetterOrDigit((char)text[at - 1]);
            text = text[(at + 3)..];
            var end = text.IndexOfAny(NotInUserInfo);
            var authority = end < 0 ? text : text[..end];
            var host = authority.LastIndexOf((byte)'@');
            var colon = host < 0 ? -1 : authority[..host].IndexOf((byte)':');
            if (hasScheme && colon >= 0 && IsPassword(authority[(colon + 1)..host]))
            {
                return true;
            }

            text = text[authority.Length..];
        }

        return false;
    }

    private static bool IsPassword(ReadOnlySpan<byte> text) =>
        !text.IsEmpty
        && text[0] is not ((byte)'$' or (byte)'%')
        && !TemplateText.IsExpression(text)
        && text.IndexOfAnyExcept(text[0]) >= 0;

    private static int WordLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && IsWordByte(text[length]))
        {
            length++;
        }

        return length;
    }

    private static bool IsWordByte(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-';

    private static bool IsUpperAlphanumeric(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (b is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')))
            {
                return false;
            }
        }

        return true;
    }
}
