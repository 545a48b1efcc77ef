using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A mistake in a policy file, or in another file of our own. The file is not used at all while there is one.</summary>
/// <param name="Line">1-based, as is <paramref name="Column"/>, which counts UTF-16 code units.</param>
/// <param name="Key">The key it is about, as a path from the root: <c>rules.latest-tag.severity</c>; empty for the whole file.</param>
/// <param name="Message">The value seen, and the value wanted.</param>
public sealed record PolicyProblem(string File, int Line, int Column, string Key, string Message)
{
    public override string ToString() => Key.Length == 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}:{Line}:{Column}: {Key}: {Message}";
}

/// <summary>Collects the mistakes of a file of our own: all of them, so that nobody mends one at a time.</summary>
public sealed class PolicyProblems
{
    private readonly List<PolicyProblem> problems = [];

    public IReadOnlyList<PolicyProblem> All => problems;

    /// <summary>By place, as people read.</summary>
    public IReadOnlyList<PolicyProblem> InOrder => [.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>
    /// The root of the one YAML document of a file of our own: a field without a document where the file is empty, null
    /// where it could not be read to its end. What is wrong with it as YAML, duplicate keys too, is a mistake like others.
    /// </summary>
    public Field? Read(SourceText source)
    {
        var failures = new List<ReadFailure>();
        var document = PlainDocument.Read(source, failures);
        foreach (var failure in failures)
        {
            Add(source, failure.Offset, failure.Message);
        }

        return document is null ? null : document.Count == 0 ? default(Field) : document.Root;
    }

    /// <param name="place">The value that is wrong; where it is absent, the line is that of the nearest parent that is there.</param>
    public void Add(Field place, string message)
    {
        var source = place.Document.Source;
        var (line, column) = source.Locate(place.SourceOffset);
        problems.Add(new(source.File, line, column, KeyOf(place), message));
    }

    /// <summary>The line, 1-based, that a mistake there would name.</summary>
    public static int LineOf(Field place) => place.Document.Source.Locate(place.SourceOffset).Line;

    /// <param name="offset">The byte that is wrong, in a text that could not be read as keys and values.</param>
    public void Add(SourceText source, int offset, string message)
    {
        var (line, column) = source.Locate(Math.Min(offset, source.Length));
        problems.Add(new(source.File, line, column, "", message));
    }

    private static string KeyOf(Field place)
    {
        // The pointer without its escapes reads as people write keys.
        var tokens = place.Pointer.Split('/').Skip(1).Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        return string.Join('.', tokens);
    }
}
