using System.Text;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Compares texts line by line, without asking the editor what it did.</summary>
internal static class Lines
{
    /// <summary>
    /// True when the old lines, less at most as many as fixes may have replaced or taken out, all stand in the new text, in
    /// their order.
    /// </summary>
    public static bool AreKept(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, IReadOnlyList<Finding> findings)
    {
        var old = Split(before);
        var lost = old.Length - Common(old, Split(after));
        var allowed = 0;
        foreach (var splice in findings.Where(finding => finding.Rendered is not null).SelectMany(finding => finding.Rendered!.Splices))
        {
            allowed += 1 + before[splice.Start..splice.End].Count((byte)'\n');
        }

        return lost <= allowed;
    }

    private static string[] Split(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).Split('\n');

    /// <summary>The length of the longest common subsequence; what is the same at both ends needs no table.</summary>
    private static int Common(string[] old, string[] changed)
    {
        var (start, end) = (0, 0);
        while (start < old.Length && start < changed.Length && old[start] == changed[start])
        {
            start++;
        }

        while (end < old.Length - start && end < changed.Length - start && old[^(end + 1)] == changed[^(end + 1)])
        {
            end++;
        }

        var row = new int[changed.Length - start - end + 1];
        foreach (var line in old[start..^end])
        {
            var diagonal = 0;
            for (var j = 1; j < row.Length; j++)
            {
                var above = row[j];
                row[j] = line == changed[start + j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return start + end + row[^1];
    }
}
