using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The text is changed where its values are, and nowhere else. What differs is found by comparing the two trees; the lines
/// that those values stand on are set aside (in flow style and JSON, the entries), and the rest has to be the same bytes:
/// comments, order of keys, blank lines, line ends, byte order mark, final newline.
/// </summary>
internal sealed class MinimalDiffGate : IGate
{
    public string Name => Gates.MinimalDiff;

    public Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var before = candidate.Edits.Before;
        var after = candidate.Edits.After;
        var (added, removed, diff) = Diff(candidate.Edits.Target.File, before.Span, after.Span);
        var problem = Problem(candidate, before.Span, after.Span, added, removed);
        return Task.FromResult(problem is null
            ? new GateResult(Name, GateStatus.Passed, $"{added} lines added, {removed} removed; every other byte as it was", diff)
            : new GateResult(Name, GateStatus.Failed, problem, diff));
    }

    private static string? Problem(Candidate candidate, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int added, int removed)
    {
        if (before.StartsWith("\uFEFF"u8) != after.StartsWith("\uFEFF"u8))
        {
            return "the byte order mark at the beginning of the file has come or gone";
        }

        if (EndsLine(before) != EndsLine(after))
        {
            return "the newline at the end of the file has come or gone";
        }

        if (candidate.Mismatch is { } mismatch)
        {
            return $"the texts cannot be compared value by value: {mismatch}";
        }

        var mask = new TextMask();
        foreach (var pair in candidate.Objects)
        {
            mask.Add(pair.Before, pair.After);
        }

        if (mask.Problem is { } problem)
        {
            return problem;
        }

        var hiddenBefore = Lines(before, mask.Before);
        var hiddenAfter = Lines(after, mask.After);
        if (NewLine(before) is { } newLine && hiddenAfter.Find(line => Ending(line) is { Length: > 0 } ending && ending != newLine) is not null)
        {
            return $"a new line does not end as the others do ({(newLine == "\n" ? "LF" : "CRLF")})";
        }

        var orphans = Comments(candidate.Before, before, mask.Before);
        var kept = Comments(candidate.After, after, mask.After);
        foreach (var comment in kept)
        {
            if (!orphans.Remove(comment))
            {
                return $"a comment comes with the change that was not there: {Short(comment)}";
            }
        }

        var (rest, restAfter) = (Rest(before, mask.Before, mask.FlowBefore), Rest(after, mask.After, mask.FlowAfter));
        if (!EndsLine(before) && NewLine(before) == "\r\n" && rest.Count > 0 && restAfter.Count > 0 && restAfter[^1] == rest[^1] + "\r")
        {
            // The last line, which had no end, has one now that another comes behind it.
            rest[^1] = restAfter[^1];
        }

        if (FirstDifference(rest, restAfter, orphans) is { } other)
        {
            return $"the text is changed beside the values that change: {other}";
        }

        if (orphans.Count > 0)
        {
            return $"a comment is lost: {Short(orphans[0])}";
        }

        // In flow style white space is free; a neighbour on the line before may get a comma.
        // Where the last line ends the file without a newline, it gets one when another comes behind it.
        var slack = (2 * mask.FlowBefore.Count) + (2 * mask.FlowAfter.Count) + (EndsLine(before) ? 0 : 1);
        var mostAdded = Math.Max(mask.Weight + Math.Min(hiddenBefore.Count, mask.Weight), 0) + slack;
        return hiddenAfter.Count > mostAdded + hiddenBefore.Count || added > mostAdded + hiddenBefore.Count || removed > hiddenBefore.Count + mask.Weight + slack
            ? $"{added} lines added and {removed} removed are more than the values that change can need ({mask.Weight})"
            : null;
    }

    private static (int Added, int Removed, string Text) Diff(string file, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var text = UnifiedDiff.Of(file, before, after);
        var lines = text.Split('\n').Skip(2).ToList();
        return (lines.Count(line => line.StartsWith('+')), lines.Count(line => line.StartsWith('-')), text);
    }

    private static bool EndsLine(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || bytes[^1] == '\n';

    /// <summary>How all lines of a text end; null where they differ, or there is one line only.</summary>
    private static string? NewLine(ReadOnlySpan<byte> bytes)
    {
        var feeds = bytes.Count((byte)'\n');
        var both = bytes.Count("\r\n"u8);
        return feeds == 0 ? null : both == 0 ? "\n" : both == feeds ? "\r\n" : null;
    }

    private static string Ending(string line) => line.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : line.EndsWith('\n') ? "\n" : "";

    /// <summary>The lines of the ranges, each once.</summary>
    private static List<string> Lines(ReadOnlySpan<byte> bytes, List<TextRange> ranges)
    {
        var lines = new List<string>();
        foreach (var range in Merged(ranges))
        {
            var text = Encoding.UTF8.GetString(bytes[range.Start..range.End]);
            for (var at = 0; at < text.Length;)
            {
                var feed = text.IndexOf('\n', at);
                var end = feed < 0 ? text.Length : feed + 1;
                lines.Add(text[at..end]);
                at = end;
            }
        }

        return lines;
    }

    private static List<TextRange> Merged(List<TextRange> ranges)
    {
        var merged = new List<TextRange>();
        foreach (var range in ranges.OrderBy(range => range.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
            {
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, range.End) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    /// <summary>What is left without the ranges, by lines. In flow collections with differences, commas and white space are left out.</summary>
    private static List<string> Rest(ReadOnlySpan<byte> bytes, List<TextRange> hidden, List<TextRange> flows)
    {
        var rest = new MemoryStream(bytes.Length);
        var ranges = Merged(hidden);
        var around = Merged(flows);
        var (next, flow) = (0, 0);
        for (var at = 0; at < bytes.Length; at++)
        {
            while (next < ranges.Count && ranges[next].End <= at)
            {
                next++;
            }

            if (next < ranges.Count && ranges[next].Contains(at))
            {
                at = ranges[next].End - 1;
                continue;
            }

            while (flow < around.Count && around[flow].End <= at)
            {
                flow++;
            }

            if (!(flow < around.Count && around[flow].Contains(at) && bytes[at] is (byte)',' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' && flow < around.Count && around[flow].Contains(at)))
            {
                rest.WriteByte(bytes[at]);
            }
        }

        var lines = Encoding.Latin1.GetString(rest.GetBuffer(), 0, (int)rest.Length).Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    /// <param name="orphans">Comments of lines that are gone: each may stand on a line of its own now, and is taken out then.</param>
    private static string? FirstDifference(List<string> before, List<string> after, List<string> orphans)
    {
        var at = 0;
        foreach (var line in after)
        {
            if (at < before.Count && before[at] == line)
            {
                at++;
            }
            else if (!(line.TrimStart() is ['#', ..] comment && orphans.Remove(comment.TrimEnd())))
            {
                return at < before.Count ? $"'{Short(before[at])}' is now '{Short(line)}'" : $"'{Short(line)}' is new";
            }
        }

        return at == before.Count ? null : $"'{Short(before[at])}' is gone";
    }

    /// <summary>The comments on the lines of the ranges, in Latin-1 as the lines are compared.</summary>
    private static List<string> Comments(Policy.FileReading file, ReadOnlySpan<byte> bytes, List<TextRange> ranges)
    {
        var merged = Merged(ranges);
        if (merged.Count == 0)
        {
            return [];
        }

        var scalars = file.Documents.Where(reading => reading.Kind == DocumentKind.Manifest && !reading.Document.IsJson).SelectMany(reading => Scalars(reading.Document)).ToList();
        var starts = scalars.ConvertAll(range => range.Start);
        var comments = new List<string>();
        foreach (var range in merged)
        {
            for (var at = range.Start; at < range.End; at++)
            {
                if (bytes[at] != '#' || (at > 0 && bytes[at - 1] is not ((byte)' ' or (byte)'\t' or (byte)'\n')))
                {
                    continue;
                }

                var place = starts.BinarySearch(at);
                place = place >= 0 ? place : ~place - 1;
                if (place >= 0 && scalars[place].Contains(at))
                {
                    continue;
                }

                var feed = bytes[at..].IndexOf((byte)'\n');
                var end = feed < 0 ? bytes.Length : at + feed;
                comments.Add(Encoding.Latin1.GetString(bytes[at..end]).TrimEnd());
                at = end;
            }
        }

        return comments;
    }

    private static IEnumerable<TextRange> Scalars(FlatDocument document)
    {
        if (document.IsJson)
        {
            yield break;
        }

        var ranges = new List<TextRange>();
        for (var i = 0; i < document.Count; i++)
        {
            ref var node = ref document[i];
            if (node.Kind is not (NodeKind.Map or NodeKind.List or NodeKind.Null) && (node.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) == 0 && node.End > node.Start)
            {
                ranges.Add(new(node.Start, node.End));
            }
        }

        ranges.Sort((x, y) => x.Start.CompareTo(y.Start));
        foreach (var range in ranges)
        {
            yield return range;
        }
    }

    private static string Short(string latin)
    {
        var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin)).Trim();
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
