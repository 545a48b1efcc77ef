using System.Diagnostics.CodeAnalysis;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A pattern of paths, written with slashes from some folder down: <c>*</c> and <c>?</c> stay within a name, <c>**</c> is
/// any number of folders, <c>{a,b}</c> is either, and a slash at the end wants a folder. What lies in a folder that
/// matches matches, too. Case counts.
/// </summary>
public sealed class Glob
{
    /// <summary>What braces may expand to; nested ones multiply.</summary>
    private const int MaxAlternatives = 256;

    private const int MaxLength = 1000;

    private readonly List<Alternative> alternatives;

    private Glob(string text, List<Alternative> alternatives) => (Text, this.alternatives) = (text, alternatives);

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Glob? glob, out string problem)
    {
        glob = null;
        problem = text.Length == 0 ? "must not be empty"
            : text.Length > MaxLength ? $"is {text.Length} characters long; must be at most {MaxLength}"
            : text.Contains('\\', StringComparison.Ordinal) ? "a glob parts folders with '/'; '\\' has no meaning in it"
            : text.Contains('[', StringComparison.Ordinal) ? "a glob has no classes in brackets; use {a,b}"
            : text.StartsWith('!') ? "a glob cannot take back what another one excludes"
            : "";
        if (problem.Length > 0)
        {
            return false;
        }

        var expanded = new List<string>();
        if (!TryExpand(text, expanded))
        {
            problem = $"its braces do not pair, or stand for more than {MaxAlternatives} alternatives";
            return false;
        }

        var alternatives = expanded.ConvertAll(Alternative.Of);
        if (alternatives.Exists(each => each.Segments.Length == 0 || each.Segments.Contains("..", StringComparer.Ordinal)))
        {
            problem = "must name something below the folder";
            return false;
        }

        glob = new(text, alternatives);
        return true;
    }

    /// <summary>True for the path itself; that what is above it matches has to be asked apart.</summary>
    /// <param name="path">With slashes, and without one at its beginning or end.</param>
    public bool IsMatch(string path, bool isFolder)
    {
        var names = path.Split('/');
        return alternatives.Exists(each => each.IsMatch(names, isFolder));
    }

    public override string ToString() => Text;

    private static bool TryExpand(string text, List<string> expanded)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        if (open < 0 || text[..open].Contains('}', StringComparison.Ordinal))
        {
            expanded.Add(text);
            return !text.Contains('}', StringComparison.Ordinal) && expanded.Count <= MaxAlternatives;
        }

        var (depth, from) = (0, open + 1);
        var choices = new List<string>();
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0 || (depth == 1 && text[i] == ','))
            {
                choices.Add(text[from..i]);
                from = i + 1;
            }

            if (depth == 0)
            {
                return choices.TrueForAll(choice => TryExpand(text[..open] + choice + text[from..], expanded));
            }
        }

        return false;
    }

    private sealed record Alternative(string[] Segments, bool WantsFolder)
    {
        public static Alternative Of(string text) => new(
            [.. text.Split('/').Where(segment => segment is not ("" or "."))],
            text.EndsWith('/'));

        public bool IsMatch(string[] names, bool isFolder)
        {
            if (WantsFolder && !isFolder)
            {
                return false;
            }

            // A folder of which everything is meant is meant itself; a file is not in itself.
            var segments = Segments[^1] == "**" && isFolder ? Segments.AsSpan(0, Segments.Length - 1) : Segments;
            return Match(segments, names) || (segments.Length < Segments.Length && Match(Segments, names));
        }

        /// <summary>Goes back to the last <c>**</c> alone, as it may for a <c>*</c> in a name: whatever an earlier one could take, that one can.</summary>
        private static bool Match(ReadOnlySpan<string> segments, ReadOnlySpan<string> names)
        {
            var (segment, name, star, mark) = (0, 0, -1, 0);
            while (name < names.Length)
            {
                if (segment < segments.Length && segments[segment] == "**")
                {
                    (star, mark) = (segment++, name);

                    // At the end it stands for what is in a folder, which is at least one name.
                    if (segment == segments.Length)
                    {
                        return true;
                    }
                }
                else if (segment < segments.Length && IsName(segments[segment], names[name]))
                {
                    (segment, name) = (segment + 1, name + 1);
                }
                else if (star >= 0)
                {
                    (segment, name) = (star + 1, ++mark);
                }
                else
                {
                    return false;
                }
            }

            return segment == segments.Length;
        }

        private static bool IsName(string segment, string name)
        {
            var (at, index, star, mark) = (0, 0, -1, 0);
            while (index < name.Length)
            {
                if (at < segment.Length && segment[at] == '*')
                {
                    (star, mark) = (at++, index);
                }
                else if (at < segment.Length && (segment[at] == '?' || segment[at] == name[index]))
                {
                    (at, index) = (at + 1, index + 1);
                }
                else if (star >= 0)
                {
                    (at, index) = (star + 1, ++mark);
                }
                else
                {
                    return false;
                }
            }

            return segment.AsSpan(at).IndexOfAnyExcept('*') < 0;
        }
    }
}
