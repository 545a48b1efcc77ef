using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Forge;

/// <summary>
/// What a pull request, issue or comment of the bot is found by: a comment that nobody sees, on a line of its own at the
/// end of the text. The version says how the value was made, so that another way of making it can find what is there.
/// </summary>
/// <param name="Value">Letters, digits and <c>. _ : / -</c>, at most 200.</param>
internal readonly partial record struct Fingerprint(int Version, string Value)
{
    /// <summary>With its fingerprint after it.</summary>
    /// <exception cref="ArgumentException">The value is none that could be read back.</exception>
    public string Append(string body)
    {
        if (!Values().IsMatch(Value) || Version < 1)
        {
            throw new ArgumentException($"'{Value}' (version {Version}) is no fingerprint; must be letters, digits and . _ : / -");
        }

        var text = Normalise(body).TrimEnd('\n');
        return $"{text}{(text.Length == 0 ? "" : "\n\n")}{this}\n";
    }

    /// <summary>Null where there is none. The last one counts: what comes before it may be somebody else's text, quoted.</summary>
    public static Fingerprint? Find(string body)
    {
        var found = Lines().Matches(Normalise(body));
        return found.Count > 0 && int.TryParse(found[^1].Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(version, found[^1].Groups[2].Value)
            : null;
    }

    /// <summary>Whether two texts are the same to a forge, which may change ends of lines and drop the last.</summary>
    public static bool IsSameText(string one, string other) => Normalise(one).TrimEnd('\n', ' ') == Normalise(other).TrimEnd('\n', ' ');

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"<!-- selfheal:v{Version} fp={Value} -->");

    private static string Normalise(string text) => text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;

    [GeneratedRegex(@"\A[A-Za-z0-9._:/-]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Values();

    /// <summary>Whoever writes the body may note more behind the value.</summary>
    [GeneratedRegex(@"^<!-- selfheal:v([0-9]{1,4}) fp=([A-Za-z0-9._:/-]{1,200})(?: [^\n]*)?-->[ \t]*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Lines();
}
