namespace SelfHealGitOps.Policy;

/// <summary>What somebody may have meant who wrote a word that there is not.</summary>
public static class Nearest
{
    /// <summary>Longer than any word there is; comparing takes the product of two lengths.</summary>
    private const int LongestWord = 100;

    /// <summary>The known word that is a few letters away, or that the text is a part of; null where none is.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        var limit = Math.Min(3, (word.Length + 1) / 2);
        return known
            .Select(candidate => (Word: candidate, Distance: IsPart(word, candidate) ? 1 : Distance(word, candidate)))
            .Where(candidate => candidate.Distance <= limit)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }

    /// <summary>The same as the end of a message: <c>; is it 'latest-tag'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> known) => Of(word, known) is { } nearest ? $"; is it '{nearest}'?" : "";

    private static bool IsPart(string word, string candidate) =>
        word.Length > 2 && candidate.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
