using System.Buffers;

namespace SelfHealGitOps.Manifests;

/// <summary>Names as the API server checks them: keys and values of labels, keys of annotations, names of objects.</summary>
internal static class QualifiedName
{
    private const int LongestName = 63;
    private const int LongestSubdomain = 253;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>A key of a label or an annotation: a name, behind a domain and a slash or without.</summary>
    public static bool IsValid(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || IsSubdomain(key[..slash])) && key.Length > slash + 1 && IsLabelValue(key[(slash + 1)..]);
    }

    /// <summary>The value of a label, which may be empty.</summary>
    public static bool IsLabelValue(string value) =>
        value.Length <= LongestName && value.AsSpan().IndexOfAnyExcept(NameCharacters) < 0
        && (value.Length == 0 || (char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1])));

    /// <summary>A name of most kinds of objects: lower-case labels of DNS with dots between them.</summary>
    public static bool IsSubdomain(string name)
    {
        if (name.Length is 0 or > LongestSubdomain)
        {
            return false;
        }

        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan()[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
