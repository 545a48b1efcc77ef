using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Finds <c>DROP TABLE</c> in text, and what is as bad. It reads with comments, since servers run some of them, and without, since
/// they may stand where a space may; and with the parts of strings put together.
/// </summary>
internal static partial class CommandSql
{
    // DROP TEMPORARY TABLE, DROP FOREIGN TABLE; and who writes prose is refused sooner than let through.
    private const int Reach = 3;

    public static void Judge(string text, SortedSet<string> reasons)
    {
        var joined = Joint().Replace(text, "");
        foreach (var reading in new[] { text, WithoutComments(text), joined, WithoutComments(joined) }.Distinct())
        {
            if (Drops(reading))
            {
                reasons.Add("runs DROP TABLE, or worse");
            }

            if (Empties().IsMatch(reading))
            {
                reasons.Add("empties a table, or a database");
            }
        }

        if (Dynamic().IsMatch(text))
        {
            reasons.Add("runs SQL that cannot be seen in the text");
        }
    }

    private static bool Drops(string text)
    {
        var since = Reach + 1;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_' || IsHyphen(text, at)))
            {
                at++;
            }

            if (at == start)
            {
                at++;
                continue;
            }

            // MySQL runs /*!50000DROP*/ from that version on.
            var word = text.AsSpan(start, at - start).TrimStart("0123456789");
            since++;
            if (word is "drop")
            {
                since = 0;
            }
            else if (word is "truncate")
            {
                // TRUNCATE TABLE, with nothing between.
                since = Reach - 1;
            }
            else if (word is "drop_table" or "drop_database" or "drop_schema" or "dropdb" || (since <= Reach && word is "table" or "tables" or "database" or "schema" or "keyspace" or "tablespace" or "collection"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Within a word: a pod may be called drop-table-1, and SQL has no such names.</summary>
    private static bool IsHyphen(string text, int at) =>
        text[at] == '-' && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]) && at + 1 < text.Length && char.IsAsciiLetterOrDigit(text[at + 1]);

    /// <summary>Each comment as a space: to its end, to the end of its line.</summary>
    private static string WithoutComments(string text)
    {
        var plain = new StringBuilder(text.Length);
        var isOpen = true;
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (isOpen && text[i] == '/' && next == '*')
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                // Behind this one there is no end for any other either.
                isOpen = end >= 0;
                if (isOpen)
                {
                    plain.Append(' ');
                    i = end + 1;
                    continue;
                }
            }

            if (text[i] == '#' || (text[i] == '-' && next == '-'))
            {
                var end = text.IndexOf('\n', i);
                plain.Append(' ');
                i = end < 0 ? text.Length : end;
                continue;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }

    /// <summary>TRUNCATE; DELETE of all rows; the same of databases that know no tables. The name ends the statement, or prose would be one.</summary>
    [GeneratedRegex(
        @"\btruncate\s{1,20}only\s|(^|[;""'(\n])\s{0,20}truncate\s{1,20}[\w.""`]{1,100}(\s{0,5},\s{0,5}[\w.""`]{1,100}){0,20}(\s{1,20}(restart|continue)\s{1,20}identity)?(\s{1,20}(cascade|restrict))?\s{0,20}($|[;""')\n])"
        + @"|\bdelete\s{1,20}from\s{1,20}(only\s{1,20})?[\w.""`\[\]]{1,200}?\s{0,20}($|[;""')\n]|where\s{1,20}(true|1)\b(?!\s{0,20}=\s{0,20}[^1\s]))"
        + @"|\bdropdatabase\s{0,20}\(|\bdeletemany\s{0,20}\(\s{0,20}\{\s{0,20}\}|\bdb\.[\w.]{1,100}\.drop\s{0,20}\(",
        RegexOptions.CultureInvariant)]
    private static partial Regex Empties();

    [GeneratedRegex(@"['""] {0,20}(\+|\|\||\.|,)? {0,20}['""]|\\", RegexOptions.CultureInvariant)]
    private static partial Regex Joint();

    [GeneratedRegex(@"\bexec(ute)?\s{0,20}(immediate\b|\(\s{0,20}(@|0x|n?char\s{0,20}\())|\bprepare\s{1,20}\w{1,64}\s{1,20}from\s{1,20}(@|0x|concat|char)", RegexOptions.CultureInvariant)]
    private static partial Regex Dynamic();
}
