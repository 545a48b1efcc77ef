using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>
/// A pattern of a rule as a condition in CEL. CEL has RE2, ours are run by another engine or compared as bytes: only
/// expressions that all of them understand alike are translated.
/// </summary>
internal static class CelPattern
{
    private const string PlainCharacters = "/_-:=@, ";
    private const string LiteralCharacters = PlainCharacters + "<>;\"'#%&~`";
    private const string Operators = "^$.*+?()|";

    /// <param name="text">A CEL expression for the text.</param>
    /// <returns>Null where the engines may differ.</returns>
    public static string? Matches(Pattern pattern, string text)
    {
        var isNegated = pattern.Text.StartsWith('!');
        var expression = isNegated ? pattern.Text[1..] : pattern.Text;
        string? condition = null;
        if (expression.StartsWith("(?i)", StringComparison.Ordinal))
        {
            // Ours folds ASCII alone, and compares bytes only where the rest is plain; RE2 folds more than that.
            expression = expression[4..];
            condition = IsPlain(expression) ? $"{text}.lowerAscii().matches({Cel.Text(expression.ToLowerInvariant())})" : null;
        }
        else if (IsUnderstoodAlike(expression))
        {
            condition = $"{text}.matches({Cel.Text(expression)})";
        }

        return condition is null ? null : isNegated ? $"!{condition}" : condition;
    }

    /// <summary>True where one of the patterns is found; null where the engines may differ over one of them.</summary>
    public static string? MatchesAny(IEnumerable<Pattern> patterns, string text)
    {
        var conditions = new List<string>();
        foreach (var pattern in patterns)
        {
            if (Matches(pattern, text) is not { } condition)
            {
                return null;
            }

            conditions.Add(condition);
        }

        return Cel.Any(conditions);
    }

    /// <summary>Letters, digits and a little punctuation, with an anchor or a <c>.*</c> at either end.</summary>
    private static bool IsPlain(string expression)
    {
        var rest = expression.AsSpan();
        rest = rest.StartsWith("^") ? rest[1..] : rest.StartsWith(".*") ? rest[2..] : rest;
        rest = rest.EndsWith("$") ? rest[..^1] : rest.EndsWith(".*") ? rest[..^2] : rest;
        foreach (var c in rest)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !PlainCharacters.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>ASCII literals, anchors, dots, groups, alternatives, repetitions by one sign, and plain character classes.</summary>
    private static bool IsUnderstoodAlike(string expression)
    {
        for (var i = 0; i < expression.Length; i++)
        {
            var c = expression[i];
            if (c == '\\')
            {
                // A letter or digit behind it is a class, an anchor or the like.
                if (++i == expression.Length || !char.IsAscii(expression[i]) || !char.IsPunctuation(expression[i]))
                {
                    return false;
                }
            }
            else if (c == '[')
            {
                if ((i = EndOfClass(expression, i)) < 0)
                {
                    return false;
                }
            }
            else if (c is '(' or '*' or '+' or '?' && i + 1 < expression.Length && expression[i + 1] is '?' or '*' or '+')
            {
                // Flags, lazy and possessive repetition.
                return false;
            }
            else if (!char.IsAsciiLetterOrDigit(c)
                && !LiteralCharacters.Contains(c, StringComparison.Ordinal) && !Operators.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where a class of ASCII letters, digits, ranges and plain punctuation ends; -1 for any other.</summary>
    private static int EndOfClass(string expression, int start)
    {
        var first = start + 1 < expression.Length && expression[start + 1] == '^' ? start + 2 : start + 1;
        for (var i = first; i < expression.Length; i++)
        {
            var c = expression[i];
            if (c == ']')
            {
                return i > first ? i : -1;
            }

            if (!char.IsAsciiLetterOrDigit(c) && !PlainCharacters.Contains(c, StringComparison.Ordinal) && c != '.')
            {
                return -1;
            }
        }

        return -1;
    }
}
