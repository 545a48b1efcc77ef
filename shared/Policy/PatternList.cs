using System.Collections;

namespace SelfHealGitOps.Policy;

/// <summary>Several patterns, of which one has to be found.</summary>
public sealed class PatternList(IEnumerable<Pattern> patterns) : IReadOnlyList<Pattern>
{
    private readonly Pattern[] patterns = [.. patterns];

    public int Count => patterns.Length;

    public Pattern this[int index] => patterns[index];

    public static PatternList Of(params string[] patterns) => new(patterns.Select(pattern => new Pattern(pattern)));

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    public IEnumerator<Pattern> GetEnumerator() => ((IEnumerable<Pattern>)patterns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
