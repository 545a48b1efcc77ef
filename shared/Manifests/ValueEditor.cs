namespace SelfHealGitOps.Manifests;

/// <summary>
/// Puts another value in the place of one. Scalars keep their quotes, and a comment behind them stays. In block
/// collections a map or list is written as block, also where <c>{}</c>, <c>[]</c> or a null stood; in flow collections
/// as flow.
/// </summary>
internal sealed class ValueEditor(FlatDocument document, SourceLines lines, TextMap text, FlowEditor flow, SpliceList splices)
{
    private readonly BlockLayout layout = new(document, lines);

    public Refusal? Replace(NodeChange change)
    {
        var node = change.Node;
        if (change.Parent is null)
        {
            return Refusals.Unsafe("the whole object is not replaced by an edit");
        }

        var end = text.ContentEnd(node);
        if (document[node].Kind is NodeKind.Map or NodeKind.List && text.HasComment(document[node].Start, end, node + 1, document[node].Next))
        {
            return Refusals.Unsafe($"{change.Edit.Path}: a comment inside of it would be lost");
        }

        return document[change.Parent.Node].Style == NodeStyle.Flow
            ? flow.Replace(change)
            : BlockWriter.IsInline(change.Replacement!) ? ReplaceInline(change, end) : ReplaceByBlock(change, end);
    }

    private Refusal? ReplaceInline(NodeChange change, int end)
    {
        ref var node = ref document[change.Node];
        var written = ScalarWriter.Write(change.Replacement!, node.Kind is NodeKind.Map or NodeKind.List ? NodeStyle.Plain : node.Style, inFlow: false);
        if (node.Style is NodeStyle.Literal or NodeStyle.Folded)
        {
            var header = text.BlockHeaderEnd(change.Node);
            splices.Replace(node.Start, header, written, change.Rules);
            splices.Delete(lines.ContentEnd(header), Math.Max(lines.ContentEnd(header), end), change.Rules);
            return null;
        }

        if (!text.IsBlock(change.Node) || lines.Prefix(node.Start) == LinePrefix.Dashes)
        {
            splices.Replace(node.Start, end, node.Start == end ? " " + written : written, change.Rules);
            return null;
        }

        if (ClearLines(change, end) is not (>= 0 and var slot))
        {
            return Refusals.Unsafe($"{change.Edit.Path}: its lines hold more than it");
        }

        splices.Replace(slot, lines.CommentAfter(slot) >= 0 ? slot : lines.ContentEnd(slot), " " + written, change.Rules);
        return null;
    }

    private Refusal? ReplaceByBlock(NodeChange change, int end)
    {
        ref var node = ref document[change.Node];
        var ending = lines.Ending(node.Start);
        var writer = new BlockWriter(layout.Around(change.Parent!), ending);
        var slot = text.Slot(change.Node);
        if (slot < 0)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: something stands between it and its key");
        }

        var key = document.KeyOf(change.Node);
        if (key < 0)
        {
            return ReplaceElement(change, end, slot, writer);
        }

        // Helm's charts leave a {} on a line of its own.
        var isBelowKey = node.Style == NodeStyle.Flow && lines.ContentEnd(slot) < node.Start;
        writer.Below(lines.Column(document[key].Start), change.Replacement!);
        if (isBelowKey || text.IsBlock(change.Node))
        {
            if (ClearLines(change, end) < 0)
            {
                return Refusals.Unsafe($"{change.Edit.Path}: its lines hold more than it");
            }
        }
        else if (!lines.IsBlank(slot, node.Start))
        {
            return Refusals.Unsafe($"{change.Edit.Path}: something stands between it and its key");
        }
        else if (node.Style is NodeStyle.Literal or NodeStyle.Folded)
        {
            var header = text.BlockHeaderEnd(change.Node);
            splices.Delete(slot, header, change.Rules);
            splices.Delete(lines.ContentEnd(header), Math.Max(lines.ContentEnd(header), end), change.Rules);
        }
        else
        {
            splices.Delete(slot, end, change.Rules);
        }

        splices.Insert(lines.Next(end), writer.ToString(), change.Depth, change.Rules);
        return null;
    }

    /// <summary>The first line goes after the dash.</summary>
    private Refusal? ReplaceElement(NodeChange change, int end, int slot, BlockWriter writer)
    {
        ref var node = ref document[change.Node];
        if (!lines.IsBlank(slot, node.Start) || node.Style is NodeStyle.Literal or NodeStyle.Folded)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: does not begin and end with its dash's line");
        }

        var ending = lines.Ending(node.Start);
        var space = node.Start == slot ? 1 : 0;
        var written = writer.Lines(lines.Column(node.Start) + space, change.Replacement!, isIndented: false).ToString();
        var firstLine = written.IndexOf(ending, StringComparison.Ordinal);
        splices.Replace(node.Start, end, new string(' ', space) + written[..firstLine], change.Rules);
        if (firstLine + ending.Length < written.Length)
        {
            splices.Insert(lines.Next(end), written[(firstLine + ending.Length)..], change.Depth, change.Rules);
        }

        return null;
    }

    /// <summary>Deletes the lines of a block collection below its key. Returns where its key's <c>:</c> ends, or -1.</summary>
    private int ClearLines(NodeChange change, int end)
    {
        var start = document[change.Node].Start;
        var slot = text.Slot(change.Node);
        if (slot < 0 || lines.Prefix(start) != LinePrefix.Blank || lines.CommentAfter(end) >= 0 || lines.ContentEnd(slot) >= start
            || (lines.CommentAfter(slot) < 0 && !lines.IsBlank(slot, lines.ContentEnd(slot))))
        {
            return -1;
        }

        splices.Delete(lines.Start(start), lines.Next(end), change.Rules);
        return slot;
    }
}
