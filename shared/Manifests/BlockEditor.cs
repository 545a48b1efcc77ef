namespace SelfHealGitOps.Manifests;

/// <summary>
/// Adds to block collections and takes from them, by whole lines. What was the last becomes <c>{}</c> or <c>[]</c>. The
/// comment at the end of a removed line stays as a line of its own; one inside of what is removed is a refusal.
/// </summary>
internal sealed class BlockEditor(FlatDocument document, SourceLines lines, TextMap text, EditPlan plan, SpliceList splices)
{
    private readonly BlockLayout layout = new(document, lines);

    public Refusal? Edit(NodeChange change)
    {
        var node = change.Node;
        var start = document[node].Start;
        if (lines.Prefix(start) == LinePrefix.Other)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: something stands before the first entry on its line");
        }

        if (!change.HasRemovals)
        {
            return Add(change, isEmptied: false);
        }

        if (BlockItems.Of(document, text, lines, node) is not { } items)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: the entries around it are not laid out one by one");
        }

        var isCompact = lines.Prefix(start) == LinePrefix.Dashes;
        var survivor = items.FindIndex(item => !plan.IsRemoved(item.Node));
        var from = 0;
        if (isCompact && survivor != 0)
        {
            if (Comment(items[0], change) is { } refusal)
            {
                return refusal;
            }

            from = survivor > 0 ? MoveUp(items, survivor) : 1;
        }

        for (var i = from; i < items.Count; i++)
        {
            if (plan.IsRemoved(items[i].Node) && Delete(items, i, change) is { } refusal)
            {
                return refusal;
            }
        }

        return survivor >= 0 ? Add(change, isEmptied: false) : Empty(change, items, isCompact);
    }

    /// <summary>Nothing of the collection is left but what is added to it.</summary>
    private Refusal? Empty(NodeChange change, List<BlockItem> items, bool isCompact)
    {
        if (change.Additions.Count > 0 && !isCompact)
        {
            return Add(change, isEmptied: true);
        }

        var rules = RulesOf(items);
        if (change.Additions.Count > 0)
        {
            var written = Writer(change).Lines(lines.Column(items[0].Start), Collected(change), isIndented: false).ToString();
            var ending = lines.Ending(items[0].Start);
            var firstLine = written.IndexOf(ending, StringComparison.Ordinal);
            rules = [.. rules.Concat(change.Additions.SelectMany(addition => addition.Rules)).Distinct()];
            splices.Replace(items[0].Start, items[0].End, written[..firstLine], rules);
            if (firstLine + ending.Length < written.Length)
            {
                splices.Insert(lines.Next(items[0].End), written[(firstLine + ending.Length)..], change.Depth, rules);
            }

            return null;
        }

        var empty = document[change.Node].Kind == NodeKind.Map ? "{}" : "[]";
        if (isCompact)
        {
            splices.Replace(items[0].Start, items[0].End, empty, rules);
            return null;
        }

        if (change.Parent is null || text.Slot(change.Node) is not (>= 0 and var slot))
        {
            return Refusals.Unsafe($"{change.Edit.Path}: nothing would be left, and there is no place to say so");
        }

        splices.Insert(slot, " " + empty, change.Depth, rules);
        return null;
    }

    private EquatableArray<string> RulesOf(IEnumerable<BlockItem> removed) =>
        [.. removed.SelectMany(item => (IEnumerable<string>?)plan.Of(item.Node)?.Rules ?? []).Distinct()];

    private static Value Collected(NodeChange change) => change.Additions[0].Key is null
        ? new Value.List([.. change.Additions.Select(addition => addition.Value)])
        : new Value.Map([.. change.Additions.Select(addition => KeyValuePair.Create(addition.Key!, addition.Value))]);

    private Refusal? Comment(BlockItem item, NodeChange change) =>
        text.HasComment(item.Start, item.End, document.KeyOf(item.Node) is >= 0 and var key ? key : item.Node, document[item.Node].Next)
            ? Refusals.Unsafe($"{change.Edit.Path}: a comment inside of it would be lost")
            : null;

    /// <summary>The first entry left takes the place after the dash. Returns the index from which removal is by lines.</summary>
    private int MoveUp(List<BlockItem> items, int survivor)
    {
        var (first, next) = (items[0], items[survivor]);
        var hasComment = false;
        for (var i = 0; i < survivor; i++)
        {
            hasComment |= text.HasComment(items[i].Start, items[i + 1].Start, items[i].Node, document[items[i].Node].Next);
        }

        if (!hasComment)
        {
            splices.Delete(first.Start, next.Start, RulesOf(items[..survivor]));
            return survivor;
        }

        // The dash stays alone on its line, with the comment if that is where it stands.
        var comment = lines.CommentAfter(first.End);
        var rest = comment >= 0 ? first.Start : lines.Start(first.Start) + lines.Bytes[lines.Start(first.Start)..first.Start].TrimEnd((byte)' ').Length;
        splices.Delete(rest, comment >= 0 ? comment : lines.ContentEnd(first.End), RulesOf(items[..1]));
        return 1;
    }

    private Refusal? Delete(List<BlockItem> items, int index, NodeChange change)
    {
        var item = items[index];
        if (Comment(item, change) is { } refusal)
        {
            return refusal;
        }

        if (lines.Prefix(item.Start) != LinePrefix.Blank)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: something stands before it on its line");
        }

        var next = lines.Next(item.End);
        if (WouldGrow(items, index, next))
        {
            return Refusals.Unsafe($"{change.Edit.Path}: the block scalar above would end otherwise");
        }

        var comment = lines.CommentAfter(item.End);
        var rules = RulesOf([item]);
        if (comment >= 0)
        {
            splices.Delete(item.Start, comment, rules);
        }
        else
        {
            splices.Delete(lines.Start(item.Start), next, rules);
        }

        return null;
    }

    /// <summary>What stays above ends in a block scalar that keeps blank lines, and some follow; or it would lose its newline to the end of the file.</summary>
    private bool WouldGrow(List<BlockItem> items, int index, int next)
    {
        var above = items.FindLastIndex(index, item => !plan.IsRemoved(item.Node));
        if (above < 0)
        {
            return false;
        }

        var last = document[items[above].Node].Next - 1;
        return next > lines.Bytes.Length
            ? document[last].Style is NodeStyle.Literal or NodeStyle.Folded
            : text.IsKept(last) && (next == lines.Bytes.Length || lines.IsBlank(next, lines.ContentEnd(next)));
    }

    private Refusal? Add(NodeChange change, bool isEmptied)
    {
        if (change.Additions.Count == 0)
        {
            return null;
        }

        var node = change.Node;
        var isList = document[node].Kind == NodeKind.List;
        var column = lines.Column(document[node].Start);
        var hint = Quoting.OfValues(document, node);
        List<BlockItem>? items = null;
        KeyOrder? order = null;
        if (!isList && !isEmptied && (items = BlockItems.Of(document, text, lines, node)) is not null)
        {
            order = new KeyOrder([.. items.Select(item => document.TextString(item.Node - 1))], change.Parent is null);
        }

        foreach (var addition in KeyOrder.Sort(change.Additions, order?.IsSorted == true))
        {
            var place = order?.Place(addition.Key!) ?? int.MaxValue;
            var writer = Writer(change);
            if (place == 0)
            {
                InsertFirst(change, addition, column, hint, writer);
                continue;
            }

            var isLast = items is null || place >= items.Count;
            var end = isLast ? text.ContentEnd(node) : items![place - 1].End;
            if (lines.Next(end) > lines.Bytes.Length && document[document[node].Next - 1].Style is NodeStyle.Literal or NodeStyle.Folded)
            {
                return Refusals.Unsafe($"{change.Edit.Path}: the block scalar at the end of the file would gain a newline");
            }

            _ = isList
                ? writer.Element(column, addition.Value, Gap(node), hint)
                : writer.Entry(column, addition.Key!, addition.Value, Quoting.OfKeys(document, node), hint);
            splices.Insert(lines.Next(end), writer.ToString(), change.Depth, addition.Rules);
        }

        return null;
    }

    private void InsertFirst(NodeChange change, Addition addition, int column, NodeStyle hint, BlockWriter writer)
    {
        var start = document[change.Node].Start;
        var keys = Quoting.OfKeys(document, change.Node);
        if (lines.Prefix(start) == LinePrefix.Blank)
        {
            var line = lines.LeadingComments(lines.Start(start), column);
            splices.Insert(line, writer.Entry(column, addition.Key!, addition.Value, keys, hint).ToString(), change.Depth, addition.Rules);
            return;
        }

        var written = writer.Entry(column, addition.Key!, addition.Value, keys, hint, isIndented: false).ToString();
        splices.Insert(start, written + new string(' ', column), change.Depth, addition.Rules);
    }

    private BlockWriter Writer(NodeChange change) => new(layout.Around(change), lines.Ending(document[change.Node].Start));

    /// <summary>The spaces after the first dash, for elements that are maps or lists align with them.</summary>
    private int Gap(int list)
    {
        var first = list + 1;
        var gap = document[first].Start - document[list].Start - 1;
        return document[first].Count > 0 && (document[first].Flags & NodeFlags.Aliased) == 0 && gap > 0
            && lines.IsBlank(document[list].Start + 1, document[first].Start) ? gap : 1;
    }
}
