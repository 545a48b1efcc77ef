using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>
/// <c>directory.include</c> and <c>exclude</c> of an application: held against the path below the application's. Here,
/// other than in our own globs, <c>*</c> also passes slashes.
/// Source: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/
/// </summary>
internal static class DirectoryPattern
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Null where the pattern cannot be understood: then nobody knows which files are meant.</summary>
    public static bool? IsMatch(string pattern, string path)
    {
        if (Translate(pattern) is not { } regex)
        {
            return null;
        }

        try
        {
            return Regex.IsMatch(path, regex, RegexOptions.CultureInvariant | RegexOptions.Singleline, Timeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string? Translate(string pattern)
    {
        var regex = new StringBuilder(@"\A");
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append(regex.ToString().EndsWith(".*", StringComparison.Ordinal) ? "" : ".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '{':
                    depth++;
                    regex.Append("(?:");
                    break;
                case '}' when depth > 0:
                    depth--;
                    regex.Append(')');
                    break;
                case ',' when depth > 0:
                    regex.Append('|');
                    break;
                case '[':
                    var end = pattern.IndexOf(']', i + 1);
                    if (end <= i + 1)
                    {
                        return null;
                    }

                    var set = pattern[(i + 1)..end];
                    var isNot = set[0] == '!';
                    set = (isNot ? set[1..] : set).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
                    if (set.Length == 0)
                    {
                        return null;
                    }

                    regex.Append(isNot ? "[^" : "[").Append(set).Append(']');
                    i = end;
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        if (depth > 0)
        {
            return null;
        }

        regex.Append(@"\z");
        try
        {
            _ = new Regex(regex.ToString(), RegexOptions.CultureInvariant, Timeout);
            return regex.ToString();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
