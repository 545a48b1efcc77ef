using System.Collections;
using System.Text;

namespace SelfHealGitOps.Policy;

/// <summary>A set of words that UTF-8 text is looked up in without allocating.</summary>
public sealed class WordList(IEnumerable<string> words) : IReadOnlyList<string>
{
    private readonly string[] words = [.. words];
    private readonly byte[][] utf8 = [.. words.Select(Encoding.UTF8.GetBytes)];

    public int Count => words.Length;

    public string this[int index] => words[index];

    public bool Contains(ReadOnlySpan<byte> text)
    {
        foreach (var word in utf8)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    public bool ContainsIgnoringCase(ReadOnlySpan<byte> text)
    {
        foreach (var word in utf8)
        {
            if (Ascii.EqualsIgnoreCase(text, word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a text that begins with one of the words.</summary>
    public bool HoldsPrefixOf(ReadOnlySpan<byte> text)
    {
        foreach (var word in utf8)
        {
            if (text.StartsWith(word))
            {
                return true;
            }
        }

        return false;
    }

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)words).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
