namespace SelfHealGitOps.Policy;

/// <summary>What the API server takes for a label's key and value. Source: apimachinery, util/validation.</summary>
internal static class LabelText
{
    private const int MostOfName = 63;
    private const int MostOfPrefix = 253;

    /// <summary>A name, or a DNS subdomain, a slash and a name.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        var slash = key.IndexOf((byte)'/');
        return slash < 0 ? IsName(key) : IsSubdomain(key[..slash]) && IsName(key[(slash + 1)..]);
    }

    public static bool IsValue(ReadOnlySpan<byte> value) => value.IsEmpty || IsName(value);

    /// <summary>Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, the first and last of them a letter or digit.</summary>
    private static bool IsName(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MostOfName || !char.IsAsciiLetterOrDigit((char)text[0]) || !char.IsAsciiLetterOrDigit((char)text[^1]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSubdomain(ReadOnlySpan<byte> text)
    {
        if (text.Length > MostOfPrefix)
        {
            return false;
        }

        foreach (var range in text.Split((byte)'.'))
        {
            var label = text[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterLower((char)c) && !char.IsAsciiDigit((char)c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
