using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Who answers for which files, as a CODEOWNERS file says: the last pattern that fits holds, also where it names nobody.
/// Lines that make no sense are passed over, as forges do.
/// </summary>
internal sealed class CodeOwners
{
    /// <summary>Where forges look for the file; the first that is there holds.</summary>
    public static IReadOnlyList<string> Places { get; } = [".github/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    private const int MostLines = 10_000;
    private const int MostPattern = 500;

    private readonly List<(Regex Pattern, IReadOnlyList<string> Owners)> rules = [];

    public static CodeOwners None { get; } = new();

    public static CodeOwners Parse(string text)
    {
        var owners = new CodeOwners();
        foreach (var line in text.Split('\n').Take(MostLines))
        {
            var parts = Words(line);
            if (parts.Count > 0 && parts[0].Length <= MostPattern && PatternOf(parts[0]) is { } pattern)
            {
                owners.rules.Add((pattern, [.. parts.Skip(1).Where(IsOwner).Distinct(StringComparer.OrdinalIgnoreCase)]));
            }
        }

        return owners;
    }

    /// <summary>As the file names them: <c>@user</c>, <c>@group/team</c>, an e-mail address. Empty for nobody.</summary>
    public IReadOnlyList<string> Of(string file)
    {
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].Pattern.IsMatch(file))
            {
                return rules[i].Owners;
            }
        }

        return [];
    }

    private static bool IsOwner(string word) => word.Length <= 200 && word.Contains('@', StringComparison.Ordinal)
        && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '/' or '-' or '_' or '.' or '+');

    /// <summary>Words between spaces; a backslash takes a space into a pattern; a hash begins a comment.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i <= line.Length; i++)
        {
            var c = i < line.Length ? line[i] : ' ';
            if (c == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
            }
            else if (c is ' ' or '\t' or '\r')
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }
            }
            else if (c == '#' && word.Length == 0)
            {
                break;
            }
            else
            {
                word.Append(c);
            }
        }

        return words;
    }

    /// <summary>As .gitignore reads patterns, but for <c>!</c> and <c>[…]</c>, which CODEOWNERS does not know; null for those.</summary>
    private static Regex? PatternOf(string pattern)
    {
        if (pattern[0] is '!' || pattern.Contains('[', StringComparison.Ordinal))
        {
            return null;
        }

        var body = pattern.Trim('/');
        var isAnchored = pattern[0] == '/' || body.Contains('/', StringComparison.Ordinal);
        var regex = new StringBuilder(isAnchored ? @"\A" : @"(?:\A|/)");
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '*' && i + 1 < body.Length && body[i + 1] == '*')
            {
                var isWhole = i + 2 < body.Length && body[i + 2] == '/';
                regex.Append(isWhole ? "(?:.*/)?" : ".*");
                i += isWhole ? 2 : 1;
            }
            else
            {
                regex.Append(body[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        // A folder owns all below it; "docs/*" owns the files right there, and no deeper ones.
        regex.Append(pattern.EndsWith('/') ? "/" : body.EndsWith("/*", StringComparison.Ordinal) ? @"\z" : @"(?:/|\z)");
        return new Regex(body.Length == 0 ? "" : regex.ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
