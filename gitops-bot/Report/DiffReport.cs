using System.Text;
using DiffPlex;
using DiffPlex.Model;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Report;

/// <summary>What fixing changes, as a unified diff that <c>git apply</c> and <c>patch -p1</c> take.</summary>
internal sealed class DiffReport(TextWriter output, Ansi ansi)
{
    private const int Context = 3;

    public void Write(ScanResult result)
    {
        foreach (var file in result.Files)
        {
            if (file is { Original: { } original, Mended: { } mended })
            {
                Write(file.File, Encoding.UTF8.GetString(original.Span), Encoding.UTF8.GetString(mended.Span));
            }
        }
    }

    private void Write(string file, string before, string after)
    {
        var diff = new Differ().CreateCustomDiffs(before, after, ignoreWhiteSpace: false, Lines);
        output.WriteLine(ansi.Bold($"--- a/{file}"));
        output.WriteLine(ansi.Bold($"+++ b/{file}"));
        foreach (var hunk in Hunks(diff.DiffBlocks))
        {
            WriteHunk(diff, hunk);
        }
    }

    /// <summary>Line endings are part of the lines: a change of one is a change.</summary>
    private static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++)
        {
            lines[i] += "\n";
        }

        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    /// <summary>Blocks whose contexts touch share a hunk.</summary>
    private static IEnumerable<List<DiffBlock>> Hunks(IList<DiffBlock> blocks)
    {
        var hunk = new List<DiffBlock>();
        foreach (var block in blocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - (hunk[^1].DeleteStartA + hunk[^1].DeleteCountA) > 2 * Context)
            {
                yield return hunk;
                hunk = [];
            }

            hunk.Add(block);
        }

        if (hunk.Count > 0)
        {
            yield return hunk;
        }
    }

    private void WriteHunk(DiffResult diff, List<DiffBlock> hunk)
    {
        var startA = Math.Max(0, hunk[0].DeleteStartA - Context);
        var endA = Math.Min(diff.PiecesOld.Length, hunk[^1].DeleteStartA + hunk[^1].DeleteCountA + Context);
        var startB = hunk[0].InsertStartB - (hunk[0].DeleteStartA - startA);
        var countB = endA - startA + hunk.Sum(block => block.InsertCountB - block.DeleteCountA);
        output.WriteLine(ansi.Cyan($"@@ -{Range(startA, endA - startA)} +{Range(startB, countB)} @@"));
        var at = startA;
        foreach (var block in hunk)
        {
            WriteLines(' ', diff.PiecesOld, at, block.DeleteStartA - at);
            WriteLines('-', diff.PiecesOld, block.DeleteStartA, block.DeleteCountA);
            WriteLines('+', diff.PiecesNew, block.InsertStartB, block.InsertCountB);
            at = block.DeleteStartA + block.DeleteCountA;
        }

        WriteLines(' ', diff.PiecesOld, at, endA - at);
    }

    // An empty range names the line before it, as diff(1) does.
    private static string Range(int start, int count) => $"{(count == 0 ? start : start + 1)},{count}";

    private void WriteLines(char mark, string[] lines, int from, int count)
    {
        foreach (var line in lines.AsSpan(from, count))
        {
            var text = $"{mark}{line.TrimEnd('\n')}";
            output.Write(mark switch
            {
                '-' => ansi.Red(text),
                '+' => ansi.Green(text),
                _ => text,
            });
            output.Write(line.EndsWith('\n') ? "\n" : "\n\\ No newline at end of file\n");
        }
    }
}
