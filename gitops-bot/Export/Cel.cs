using System.Text;

namespace SelfHealGitOps.Bot.Export;

/// <summary>Pieces of expressions in the Common Expression Language, as Kubernetes 1.30 and later evaluate it.</summary>
internal static class Cel
{
    /// <summary>A literal of a text: whatever the text holds, it ends no literal and begins no other.</summary>
    public static string Text(string text)
    {
        var literal = new StringBuilder("'");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value is >= ' ' and <= '~' and not '\'' and not '\\'
                ? literal.Append(rune)
                : rune.IsBmp ? literal.Append($"\\u{rune.Value:x4}") : literal.Append($"\\U{rune.Value:x8}");
        }

        return literal.Append('\'').ToString();
    }

    /// <summary>A literal of a list of texts.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    /// <summary>True where one of these is; false for none of them.</summary>
    public static string Any(IReadOnlyCollection<string> conditions) => conditions.Count switch
    {
        0 => "false",
        1 => conditions.Single(),
        _ => string.Join(" || ", conditions.Select(condition => $"({condition})")),
    };
}
