using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Who answers for which files, as a CODEOWNERS file says, read as the forge reads it. Lines that make no sense are passed
/// over, as forges do.
/// </summary>
internal sealed class CodeOwners
{
    private const int MostLines = 10_000;
    private const int MostPattern = 500;
    private const int MostProblems = 20;

    /// <summary>Go's own bound for one of them; here, of all in a pattern, one within another or not.</summary>
    private const int MostRepeats = 1000;

    private readonly List<Line> lines = [];
    private readonly List<string> problems = [];
    private readonly bool areUnited;

    private CodeOwners(bool areUnited) => this.areUnited = areUnited;

    public static CodeOwners None { get; } = new(areUnited: false);

    /// <summary>Lines that the forge or this bot cannot read, with the number of each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <param name="isRegexp">Whether patterns are regular expressions, as Gitea has them; else they are GitHub's.</param>
    public static CodeOwners Parse(string text, bool isRegexp = false)
    {
        var owners = new CodeOwners(isRegexp);
        var number = 0;
        foreach (var line in text.Split('\n').Take(MostLines))
        {
            number++;
            var words = Words(line, isRegexp);
            if (words.Count == 0)
            {
                continue;
            }

            var read = isRegexp ? RegexpLine(words) : GlobLine(words);
            if (read.Line is { } one)
            {
                owners.lines.Add(one);
            }
            else if (read.Problem is { } problem && owners.problems.Count < MostProblems)
            {
                owners.problems.Add($"line {number} is passed over: {problem}");
            }
        }

        return owners;
    }

    /// <summary>
    /// As the file names them: <c>@user</c>, <c>@group/team</c>, an e-mail address. Empty where it says that nobody does;
    /// null where it says nothing of the file.
    /// </summary>
    public IReadOnlyList<string>? Of(string file)
    {
        if (areUnited)
        {
            var all = lines.Where(line => line.Fits(file)).SelectMany(line => line.Owners).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            return all.Count > 0 ? all : null;
        }

        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].Fits(file))
            {
                return lines[i].Owners;
            }
        }

        return null;
    }

    /// <summary>GitHub's: the last line that fits holds, also where it names nobody.</summary>
    private static (Line? Line, string? Problem) GlobLine(List<string> words)
    {
        var owners = words.Skip(1).Where(IsOwner).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return words[0].Length > MostPattern ? (null, TooLong)
            : PatternOf(words[0]) is not { } pattern ? (null, "CODEOWNERS knows neither ! nor [ ]")
            : owners.Count == 0 && words.Count > 1 ? (null, "it names no @user, @group/team or address")
            : (new(pattern, IsNegative: false, owners), null);
    }

    /// <summary>Gitea's and Forgejo's: those of all lines that fit are asked, and a line without anybody is a mistake.</summary>
    private static (Line? Line, string? Problem) RegexpLine(List<string> words)
    {
        var owners = words.Skip(1).Select(word => word.StartsWith('@') ? word : $"@{word}").Where(word => IsOwner(word) && word.LastIndexOf('@') == 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (owners.Count == 0)
        {
            return (null, "it names no user and no organisation/team");
        }

        var isNegative = words[0].StartsWith('!');
        var text = isNegative ? words[0][1..] : words[0];
        if (text.Length > MostPattern)
        {
            return (null, TooLong);
        }

        if (text.Contains("[:", StringComparison.Ordinal) || text.Contains(@"\Q", StringComparison.Ordinal) || Repeats(text) > MostRepeats)
        {
            return (null, "its regular expression has a class [:…:], \\Q, or repeats too often, which are not read here");
        }

        try
        {
            var pattern = new Regex($"^{text.Replace("(?P<", "(?<", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return (new(pattern, isNegative, owners), null);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return (null, "its pattern is no regular expression of Go's");
        }
    }

    private const string TooLong = "its pattern is longer than 500 characters";

    /// <summary>How often a part may be there at the most, by all counts of the pattern together.</summary>
    private static long Repeats(string pattern)
    {
        var product = 1L;
        foreach (var count in Regex.EnumerateMatches(pattern, @"\{[0-9]*,?[0-9]*\}"))
        {
            var numbers = pattern.Substring(count.Index + 1, count.Length - 2).Split(',');
            product *= numbers.Select(number => number.Length == 0 ? 1 : number.Length > 4 ? MostRepeats + 1 : long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).Append(1).Max();
            product = Math.Min(product, MostRepeats + 1);
        }

        return product;
    }

    private static bool IsOwner(string word) => word.Length <= 200 && word.Contains('@', StringComparison.Ordinal)
        && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '/' or '-' or '_' or '.' or '+');

    /// <summary>Words between spaces; a backslash takes the next character as it is; a hash begins a comment.</summary>
    /// <param name="commentsAnywhere">Also within a word, as Gitea has it.</param>
    private static List<string> Words(string line, bool commentsAnywhere)
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
            else if (c is ' ' or '\t' or '\r' || (c == '#' && commentsAnywhere))
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }

                if (c == '#')
                {
                    break;
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

    /// <param name="IsNegative">Whether it is about all files that do not match.</param>
    private sealed record Line(Regex Pattern, bool IsNegative, IReadOnlyList<string> Owners)
    {
        public bool Fits(string file) => Pattern.IsMatch(file) != IsNegative;
    }
}
