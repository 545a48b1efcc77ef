namespace SelfHealGitOps.Manifests;

/// <summary>How a flow collection is laid out, or, where it is empty, the one around it.</summary>
/// <param name="Comma">With what follows it between entries of one line.</param>
/// <param name="Padding">Between the braces of a map and its entries.</param>
/// <param name="IsMultiLine">Entries have lines of their own.</param>
/// <param name="EntryIndent">The white space before an entry of the collection.</param>
/// <param name="ClosingIndent">The white space before the closing bracket.</param>
/// <param name="Unit">One step of indentation.</param>
internal sealed record FlowStyle(
    string Colon, string Comma, string Padding, bool IsQuoted, bool IsMultiLine, string EntryIndent, string ClosingIndent, string Unit, string Ending)
{
    public static FlowStyle Of(FlatDocument document, SourceLines lines, NodeChange collection)
    {
        var measured = collection;
        while (document[measured.Node].Count == 0 && measured.Parent is { } parent && document[parent.Node].Style == NodeStyle.Flow)
        {
            measured = parent;
        }

        var bytes = lines.Bytes;
        ref var node = ref document[measured.Node];
        var isEmpty = node.Count == 0;
        var first = isEmpty ? node.Start : document[measured.Node + 1].Start;
        var isMultiLine = bytes[node.Start..first].Contains((byte)'\n');
        var (colon, isQuoted) = FindColon(document, lines, measured);
        var comma = Separator(document, bytes, measured.Node) ?? (colon.EndsWith(' ') ? ", " : ",");
        var padding = node.Kind == NodeKind.Map && !isEmpty && bytes[node.Start + 1] == ' ' ? " " : "";
        var entry = isMultiLine ? lines.Indentation(first) : "";
        var closing = isMultiLine ? lines.Indentation(node.Start) : "";
        var unit = entry.Length > closing.Length && entry.StartsWith(closing, StringComparison.Ordinal) ? entry[closing.Length..] : "  ";
        for (var depth = measured.Depth; isMultiLine && depth < collection.Depth; depth++)
        {
            (entry, closing) = (entry + unit, entry);
        }

        return new(colon, comma, padding, isQuoted, isMultiLine, entry, closing, unit, isMultiLine ? lines.Ending(node.Start) : "");
    }

    private static (string Colon, bool IsQuoted) FindColon(FlatDocument document, SourceLines lines, NodeChange near)
    {
        for (var change = near; change is not null && document[change.Node].Style == NodeStyle.Flow; change = change.Parent)
        {
            if (document[change.Node].Kind == NodeKind.Map && document[change.Node].Count > 0)
            {
                var key = change.Node + 1;
                var between = lines.Bytes[document[key].End..Math.Max(document[key].End, document[key + 1].Start)];
                var isQuoted = document[key].Style == NodeStyle.DoubleQuoted;
                return (isQuoted && between.SequenceEqual(":"u8) ? ":" : between.SequenceEqual(" : "u8) ? " : " : ": ", isQuoted);
            }
        }

        return (": ", document.IsJson);
    }

    private static string? Separator(FlatDocument document, ReadOnlySpan<byte> bytes, int container)
    {
        ref var node = ref document[container];
        if (node.Count < 2)
        {
            return null;
        }

        var first = container + (node.Kind == NodeKind.Map ? 2 : 1);
        var at = document[first].End;
        return at + 1 < bytes.Length && bytes[at] == ',' && bytes[at + 1] is not ((byte)' ' or (byte)'\n' or (byte)'\r') ? "," : ", ";
    }
}
