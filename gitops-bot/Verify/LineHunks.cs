namespace SelfHealGitOps.Bot.Verify;

/// <summary>Lines that take the place of others.</summary>
/// <param name="At">The first line that goes, from 0.</param>
/// <param name="Gone">The lines that have to stand there.</param>
internal sealed record LineHunk(int At, IReadOnlyList<byte[]> Gone, IReadOnlyList<byte[]> Come);

/// <summary>The difference of two texts by whole lines, and its application: bytes in, bytes out, whatever their encoding.</summary>
internal static class LineHunks
{
    public static List<LineHunk> Between(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var (one, other) = (Lines(from), Lines(to));
        var diff = new DiffPlex.Differ().CreateCustomDiffs(Latin(from), Latin(to), ignoreWhiteSpace: false, text => [.. Lines(System.Text.Encoding.Latin1.GetBytes(text)).Select(System.Text.Encoding.Latin1.GetString)]);
        return [.. diff.DiffBlocks.Select(block => new LineHunk(block.DeleteStartA, one[block.DeleteStartA..(block.DeleteStartA + block.DeleteCountA)], other[block.InsertStartB..(block.InsertStartB + block.InsertCountB)]))];
    }

    /// <exception cref="InvalidOperationException">A line that is to go does not stand where it should.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> text, IReadOnlyList<LineHunk> hunks)
    {
        var lines = Lines(text);
        var result = new List<byte>(text.Length);
        var at = 0;
        foreach (var hunk in hunks)
        {
            for (; at < hunk.At; at++)
            {
                result.AddRange(lines[at]);
            }

            foreach (var gone in hunk.Gone)
            {
                if (at >= lines.Count || !lines[at].AsSpan().SequenceEqual(gone))
                {
                    throw new InvalidOperationException($"line {at + 1} is not what the patch takes away");
                }

                at++;
            }

            foreach (var line in hunk.Come)
            {
                result.AddRange(line);
            }
        }

        for (; at < lines.Count; at++)
        {
            result.AddRange(lines[at]);
        }

        return [.. result];
    }

    // One character for each byte, so that nothing is lost where the text is not UTF-8.
    private static string Latin(ReadOnlySpan<byte> text) => System.Text.Encoding.Latin1.GetString(text);

    private static List<byte[]> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<byte[]>();
        while (!text.IsEmpty)
        {
            var feed = text.IndexOf((byte)'\n');
            var end = feed < 0 ? text.Length : feed + 1;
            lines.Add(text[..end].ToArray());
            text = text[end..];
        }

        return lines;
    }
}
