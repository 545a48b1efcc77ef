namespace SelfHealGitOps.Tests.Rules;

/// <summary>
/// What a reader needs of a YAML file to see a place in it: the lines themselves, what is nested in them, what they are
/// nested in, and the kind of the object. What is left is still YAML.
/// </summary>
internal static class Outline
{
    private const int MostChildren = 8;

    /// <param name="focus">The lines that matter, counted from 0.</param>
    public static string Of(IReadOnlyList<string> lines, IEnumerable<int> focus)
    {
        var kept = new SortedSet<int>();
        foreach (var line in focus.Where(line => line >= 0 && line < lines.Count))
        {
            kept.Add(line);
            AddChildren(lines, line, kept);
            AddParents(lines, line, kept);
            AddKind(lines, line, kept);
        }

        return string.Concat(kept.Select(line => lines[line].TrimEnd() + "\n"));
    }

    private static void AddChildren(IReadOnlyList<string> lines, int line, SortedSet<int> kept)
    {
        var indent = Indent(lines[line]);
        var opensList = !IsItem(lines[line]) && Uncommented(lines[line]).EndsWith(':');
        for (var i = line + 1; i < lines.Count && i <= line + MostChildren && !IsBlank(lines[i]) && !IsBoundary(lines[i]); i++)
        {
            // A list may stand as deep as the key that it is the value of.
            if (Indent(lines[i]) < indent || (Indent(lines[i]) == indent && !(opensList && IsItem(lines[i]))))
            {
                break;
            }

            kept.Add(i);
        }
    }

    private static void AddParents(IReadOnlyList<string> lines, int line, SortedSet<int> kept)
    {
        var (indent, isItem) = (Indent(lines[line]), IsItem(lines[line]));
        for (var i = line - 1; i >= 0 && !IsBoundary(lines[i]); i--)
        {
            var isParent = Indent(lines[i]) < indent || (isItem && Indent(lines[i]) == indent && !IsItem(lines[i]));
            if (!IsBlank(lines[i]) && isParent)
            {
                kept.Add(i);
                (indent, isItem) = (Indent(lines[i]), IsItem(lines[i]));
            }
        }
    }

    private static void AddKind(IReadOnlyList<string> lines, int line, SortedSet<int> kept)
    {
        var start = line;
        while (start > 0 && !IsBoundary(lines[start]))
        {
            start--;
        }

        for (var i = start; i < lines.Count && (i == start || !IsBoundary(lines[i])); i++)
        {
            if (lines[i].StartsWith("kind:", StringComparison.Ordinal))
            {
                kept.Add(i);
            }
        }
    }

    private static bool IsBoundary(string line) => line.StartsWith("---", StringComparison.Ordinal);

    private static bool IsBlank(string line) => line.TrimStart() is "" or ['#', ..];

    private static bool IsItem(string line) => line.TrimStart().StartsWith("- ", StringComparison.Ordinal);

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static string Uncommented(string line) => line.Split(" #")[0].TrimEnd();
}
