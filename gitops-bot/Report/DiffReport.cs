using System.Text;
using DiffPlex;
using DiffPlex.Model;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// What fixing changes, as a unified diff that <c>git apply</c> and <c>patch -p1</c> take: the bytes of the file as they
/// are. Only a terminal gets to see control characters as text.
/// </summary>
internal sealed class DiffReport(TextWriter output, Terminal terminal)
{
    private const int Context = 3;

    private readonly Ansi ansi = terminal.Ansi;

    public void Write(ScanResult result)
    {
        foreach (var file in result.Files)
        {
            if (file.Change is { } change)
            {
                Write(file.File, Encoding.UTF8.GetString(change.Before.Span), Encoding.UTF8.GetString(change.After.Span));
            }
        }
    }

    public void Write(string file, string before, string after)
    {
        var diff = new Differ().CreateCustomDiffs(before, after, ignoreWhiteSpace: false, Lines);
        output.WriteLine(ansi.Bold($"--- {Name("a/" + file)}"));
        output.WriteLine(ansi.Bold($"+++ {Name("b/" + file)}"));
        foreach (var hunk in Hunks(diff.DiffBlocks))
        {
            WriteHunk(diff, hunk);
        }
    }

    /// <summary>As git writes names: quoted where they hold what would end the line, and with a tab behind where they hold a space.</summary>
    private string Name(string file)
    {
        if (!file.Any(c => char.IsControl(c) || c is '"' or '\\'))
        {
            return Shown(file) + (file.Contains(' ', StringComparison.Ordinal) ? "\t" : "");
        }

        var quoted = new StringBuilder("\"");
        foreach (var b in Encoding.UTF8.GetBytes(file))
        {
            quoted.Append(b is (byte)'"' or (byte)'\\' ? $"\\{(char)b}" : b is >= 0x20 and < 0x7F ? $"{(char)b}" : $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}");
        }

        return quoted.Append('"').ToString();
    }

    private string Shown(string text) => terminal.IsThere ? Printable.Of(text.TrimEnd('\r')) : text;

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
            var text = $"{mark}{Shown(line.TrimEnd('\n'))}";
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
