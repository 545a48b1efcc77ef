using System.Globalization;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// A place in a JSON document, RFC 6901: <c>/spec/containers/0/image</c>. The default is the whole document.
/// Equal pointers have equal text, for each token has exactly one spelling.
/// </summary>
public readonly record struct JsonPointer
{
    // Null, never empty, for the whole document, so that it equals the default.
    private readonly string? _text;

    private JsonPointer(string text) => _text = text.Length == 0 ? null : text;

    public static JsonPointer Root => default;

    public bool IsRoot => _text is null;

    /// <exception cref="FormatException">The text is no pointer; for text from outside use <see cref="TryParse"/>.</exception>
    public static JsonPointer Parse(string text) => TryParse(text, out var pointer)
        ? pointer
        : throw new FormatException($"a JSON pointer is empty or starts with '/', and '~' is written '~0': {Excerpt.Of(text)}");

    /// <summary>Refuses what does not start with a slash, and a tilde that is followed by neither 0 nor 1.</summary>
    public static bool TryParse(string? text, out JsonPointer pointer)
    {
        pointer = default;
        if (text is null || (text.Length > 0 && text[0] != '/'))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && (i + 1 == text.Length || text[i + 1] is not ('0' or '1')))
            {
                return false;
            }
        }

        pointer = new JsonPointer(text);
        return true;
    }

    /// <summary>The spelling of a member name within a pointer: <c>a/b~c</c> is <c>a~1b~0c</c>.</summary>
    public static string Escape(string token) => token
        .Replace("~", "~0", StringComparison.Ordinal)
        .Replace("/", "~1", StringComparison.Ordinal);

    public JsonPointer Append(string token) => new($"{_text}/{Escape(token)}");

    public JsonPointer Append(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new JsonPointer(string.Create(CultureInfo.InvariantCulture, $"{_text}/{index}"));
    }

    /// <summary>The unescaped tokens from the outside in; none for the whole document.</summary>
    public IReadOnlyList<string> Tokens() => _text is null ? [] : [.. _text[1..].Split('/').Select(Unescape)];

    /// <summary>The place of the container and the unescaped name within it; false for the whole document.</summary>
    public bool TrySplit(out JsonPointer parent, out string token)
    {
        (parent, token) = (default, "");
        if (_text is null)
        {
            return false;
        }

        var slash = _text.LastIndexOf('/');
        parent = new JsonPointer(_text[..slash]);
        token = Unescape(_text[(slash + 1)..]);
        return true;
    }

    /// <summary>True when the other place lies inside this one; a place does not lie inside itself.</summary>
    public bool Encloses(JsonPointer other) =>
        other._text is { } inner
        && (_text is null || (inner.Length > _text.Length && inner[_text.Length] == '/' && inner.StartsWith(_text, StringComparison.Ordinal)));

    public override string ToString() => _text ?? "";

    /// <summary>Digits without sign or leading zero, as RFC 6901 section 4 has it.</summary>
    internal static bool TryIndex(string token, out int index)
    {
        index = 0;
        // int.TryParse alone would also take "1\0".
        return !token.AsSpan().ContainsAnyExceptInRange('0', '9')
            && (token is "0" || !token.StartsWith('0'))
            && int.TryParse(token, CultureInfo.InvariantCulture, out index);
    }

    // In this order: "~01" is "~1", not "/".
    private static string Unescape(string token) => token
        .Replace("~1", "/", StringComparison.Ordinal)
        .Replace("~0", "~", StringComparison.Ordinal);
}
