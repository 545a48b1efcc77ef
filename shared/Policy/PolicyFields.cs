using System.Buffers;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Shapes that the sections of our own files share. What is null reads as left out, as in manifests.</summary>
public static class PolicyFields
{
    private static readonly SearchValues<char> KebabCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Reports what is no map, and keys that are none of those known.</summary>
    /// <returns>True where there is a map to read.</returns>
    public static bool CheckMap(Field field, PolicyProblems problems, params IReadOnlyList<string> known)
    {
        if (!IsMap(field, problems))
        {
            return false;
        }

        foreach (var entry in field.Entries)
        {
            if (!known.Contains(entry.Key))
            {
                problems.Add(entry.Value, Unknown("key", entry.Key, known));
            }
        }

        return true;
    }

    /// <summary>Reports what is no map. Its keys are the owner's.</summary>
    public static bool IsMap(Field field, PolicyProblems problems)
    {
        if (field.Exists && !field.IsMap)
        {
            problems.Add(field, $"{Seen.Of(field)} is no map; must be keys with values");
        }

        return field.IsMap;
    }

    public static bool CheckList(Field field, PolicyProblems problems)
    {
        if (field.Exists && !field.IsList)
        {
            problems.Add(field, $"{Seen.Of(field)} is no list; must be one");
        }

        return field.IsList;
    }

    /// <summary>A text that is there and not empty; else null, which is reported where something else is there.</summary>
    public static string? TextOf(Field field, PolicyProblems problems)
    {
        if (field is { IsString: true, Utf8.IsEmpty: false })
        {
            return field.Text;
        }

        if (field.Exists)
        {
            problems.Add(field, field.IsString ? "must not be empty" : $"{Seen.Of(field)} is no text; must be one{(field.Text is null ? "" : ", in quotes")}");
        }

        return null;
    }

    /// <summary>The texts of a list, each with its place. What is none is reported.</summary>
    public static List<(string Text, Field Place)> TextsOf(Field field, PolicyProblems problems)
    {
        var texts = new List<(string, Field)>();
        CheckList(field, problems);
        foreach (var element in field.Elements)
        {
            if (TextOf(element, problems) is { } text)
            {
                texts.Add((text, element));
            }
            else if (!element.Exists)
            {
                problems.Add(element, "null is no text; must be one");
            }
        }

        return texts;
    }

    /// <summary>What is wrong with a word that is none of those known.</summary>
    public static string Unknown(string what, string word, IEnumerable<string> known)
    {
        var hint = Nearest.Hint(word, known);
        return $"there is no {what} {Excerpt.Of(word)}{(hint.Length > 0 ? hint : $"; there are {string.Join(", ", known)}")}";
    }

    /// <summary>What is wrong with a value that must be one of a few words.</summary>
    public static string NoneOf(Field value, string what, IReadOnlyList<string> known)
    {
        var hint = value.IsString ? Nearest.Hint(value.Text!, known) : "";
        return $"{(value.IsWritten ? Seen.Of(value) : "nothing")} is no {what}{(hint.Length > 0 ? hint : $"; must be {string.Join(", ", known.SkipLast(1))} or {known[^1]}")}";
    }

    /// <summary>True for lower-case letters, digits and dashes between them, as the ids of rules are.</summary>
    public static bool IsKebab(string name) =>
        name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-'
        && name.AsSpan().IndexOfAnyExcept(KebabCharacters) < 0;
}
