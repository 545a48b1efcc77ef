using System.Text;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>One command of a text: words with their quotes taken off, and what stands before and after it.</summary>
/// <param name="Before">The operator before it: <c>|</c>, <c>;</c>, <c>(</c>, <c>&lt;</c>…; a line feed for a line of its own.</param>
/// <param name="After">The operator after it.</param>
/// <param name="IsDoubled">Whether that operator stands twice: <c>&lt;&lt;</c>, <c>&amp;&amp;</c>.</param>
internal sealed record CommandWords(IReadOnlyList<string> Words, char Before, char After, bool IsDoubled)
{
    private const string Operators = ";&|\n()<>`";

    /// <summary>
    /// Parts text into commands as a shell would, and more finely where shells differ. A quote that never closes ends with
    /// the text. What is in a comment is text like any other: who reads it may be a model.
    /// </summary>
    public static IEnumerable<CommandWords> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (hasWord, quote, before) = (false, '\0', '\n');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                i++;
                // A line that goes on is one line.
                if (text[i] != '\n')
                {
                    word.Append(text[i]);
                    hasWord = true;
                }
            }
            else if (quote != '\0')
            {
                (quote, hasWord) = (c == quote ? '\0' : quote, true);
                if (quote != '\0')
                {
                    word.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                (quote, hasWord) = (c, true);
            }
            else if (c == '\n' || char.IsWhiteSpace(c) || Operators.Contains(c, StringComparison.Ordinal))
            {
                if (hasWord)
                {
                    words.Add(word.ToString());
                    hasWord = false;
                    word.Clear();
                }

                if (Operators.Contains(c, StringComparison.Ordinal))
                {
                    if (words.Count > 0)
                    {
                        yield return new([.. words], before, c, i + 1 < text.Length && text[i + 1] == c);
                        words.Clear();
                    }

                    before = c;
                }
            }
            else
            {
                word.Append(c);
                hasWord = true;
            }
        }

        if (hasWord)
        {
            words.Add(word.ToString());
        }

        if (words.Count > 0)
        {
            yield return new([.. words], before, '\n', IsDoubled: false);
        }
    }

    /// <summary>
    /// Each line without quotes, brackets and the like, so that lists in JSON or YAML read as the command they hold. Items of
    /// a YAML list are the words of one command, and so are lines of one word each.
    /// </summary>
    public static IEnumerable<string[]> Flat(string text)
    {
        var flat = new StringBuilder(text.Length);
        foreach (var c in text.Replace("\\\n", " ", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal))
        {
            if (c is not ('\'' or '"' or '\\'))
            {
                flat.Append(c is '[' or ']' or '{' or '}' or ',' or '(' or ')' or '`' or ':' or '\t' ? ' ' : c is ';' or '|' or '&' ? '\n' : c);
            }
        }

        var command = new List<string>();
        var single = new List<string>();
        foreach (var line in flat.ToString().Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isItem = words.Length > 1 && words[0] == "-";
            if (!isItem && command.Count > 0)
            {
                yield return [.. command];
                command.Clear();
            }

            command.AddRange(isItem ? words[1..] : words);
            if (words.Length == 1)
            {
                single.Add(words[0]);
            }
            else if (words.Length > 1)
            {
                if (single.Count > 1)
                {
                    yield return [.. single];
                }

                single.Clear();
            }
        }

        yield return [.. command];
        yield return [.. single];
    }
}
