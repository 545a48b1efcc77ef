namespace SelfHealGitOps.Manifests;

/// <summary>
/// Adds to flow collections, JSON's among them, and takes from them. What is added follows the neighbours: on a line of
/// its own where they have theirs, with their quotes, spaces and tabs.
/// </summary>
internal sealed class FlowEditor(FlatDocument document, SourceLines lines, TextMap text, EditPlan plan, SpliceList splices)
{
    public Refusal? Replace(NodeChange change)
    {
        ref var node = ref document[change.Node];
        var style = FlowStyle.Of(document, lines, change.Parent!);
        var written = new FlowWriter(style).Write(change.Replacement!, style.EntryIndent, node.Kind is NodeKind.Map or NodeKind.List ? NodeStyle.Plain : node.Style);
        if (node.Start < node.End)
        {
            splices.Replace(node.Start, node.End, written, change.Rules);
            return null;
        }

        if (node.Start == 0 || lines.Bytes[node.Start - 1] != ':')
        {
            return Refusals.Unsafe($"{change.Edit.Path}: a key without a value");
        }

        var comma = SkipToComma(node.Start);
        splices.Replace(node.Start, comma >= 0 ? comma : node.Start, " " + written, change.Rules);
        return null;
    }

    public Refusal? Edit(NodeChange change)
    {
        if (Items(change.Node) is not { } items)
        {
            return Refusals.Unsafe($"{change.Edit.Path}: the flow collection around it holds anchors, aliases, tags or pairs");
        }

        var style = FlowStyle.Of(document, lines, change);
        var writer = new FlowWriter(style);
        var survivors = items.FindAll(item => !plan.IsRemoved(item.Node));
        var rules = items.SelectMany(item => plan.IsRemoved(item.Node) ? (IEnumerable<string>)plan.Of(item.Node)!.Rules : []).Distinct();
        ref var node = ref document[change.Node];
        if (survivors.Count == 0)
        {
            if (text.HasComment(node.Start + 1, node.End - 1, change.Node + 1, node.Next))
            {
                return Refusals.Unsafe($"{change.Edit.Path}: a comment inside of it would be lost");
            }

            var written = change.Additions.Count == 0
                ? node.Kind == NodeKind.Map ? "{}" : "[]"
                : writer.Collection(change.Additions, style.EntryIndent, style.ClosingIndent);
            splices.Replace(node.Start, node.End, written, [.. rules.Concat(change.Additions.SelectMany(addition => addition.Rules)).Distinct()]);
            return null;
        }

        return Remove(change, items) ?? Add(change, items, style, writer);
    }

    private Refusal? Remove(NodeChange change, List<BlockItem> items)
    {
        var first = items.FindIndex(item => !plan.IsRemoved(item.Node));
        for (var i = 0; i < items.Count; i++)
        {
            if (!plan.IsRemoved(items[i].Node))
            {
                continue;
            }

            var (start, end) = i < first ? (items[i].Start, items[i + 1].Start) : (items[i - 1].End, items[i].End);
            var from = i < first ? items[i].Node - 1 : items[i - 1].Node;
            if (text.HasComment(start, end, Math.Max(from, change.Node + 1), document[items[i].Node].Next))
            {
                return Refusals.Unsafe($"{change.Edit.Path}: a comment beside it would be lost");
            }

            splices.Delete(start, end, plan.Of(items[i].Node)!.Rules);
        }

        return null;
    }

    private Refusal? Add(NodeChange change, List<BlockItem> items, FlowStyle style, FlowWriter writer)
    {
        var isList = document[change.Node].Kind == NodeKind.List;
        var order = isList ? null : new KeyOrder([.. items.Select(item => document.TextString(item.Node - 1))], change.Parent is null);
        var hint = Quoting.OfValues(document, change.Node);
        var commas = new HashSet<int>();
        foreach (var addition in KeyOrder.Sort(change.Additions, order?.IsSorted == true))
        {
            var place = order?.Place(addition.Key!) ?? items.Count;
            while (place > 0 && plan.IsRemoved(items[place - 1].Node))
            {
                place--;
            }

            var written = writer.Item(addition, style.EntryIndent, hint);
            var separator = style.IsMultiLine ? style.Ending + style.EntryIndent : style.Comma[1..];
            if (place == 0)
            {
                var next = items.First(item => !plan.IsRemoved(item.Node));
                splices.Insert(next.Start, written + "," + separator, change.Depth, addition.Rules);
                continue;
            }

            if (!document.IsJson && items[place - 1].End is var end && end > 0 && lines.Bytes[end - 1] == ':')
            {
                // Decoders disagree about a colon right before a comma.
                return Refusals.Unsafe($"{change.Edit.Path}: the entry before it has no value");
            }

            InsertAfter(items, place - 1, written, separator, style, change, addition.Rules, commas);
        }

        return null;
    }

    private void InsertAfter(
        List<BlockItem> items, int index, string written, string separator, FlowStyle style, NodeChange change, EquatableArray<string> rules, HashSet<int> commas)
    {
        var end = items[index].End;
        var comma = SkipToComma(end);
        var isFollowedByRemoved = index + 1 < items.Count && plan.IsRemoved(items[index + 1].Node);
        var tail = comma >= 0 ? comma + 1 : end;
        if (!style.IsMultiLine || isFollowedByRemoved || lines.CommentAfter(tail) < 0)
        {
            splices.Insert(end, "," + separator + written, change.Depth, rules);
        }
        else if (comma >= 0)
        {
            splices.Insert(lines.ContentEnd(tail), separator + written + ",", change.Depth, rules);
        }
        else
        {
            // Between the comma and the new line stands the comment of the entry above.
            var isFirst = commas.Add(end);
            if (isFirst)
            {
                splices.Insert(end, ",", change.Depth, rules);
            }

            splices.Insert(lines.ContentEnd(tail), (isFirst ? "" : ",") + separator + written, change.Depth, rules);
        }
    }

    private int SkipToComma(int offset)
    {
        var at = lines.SkipBlank(offset);
        return at < lines.Bytes.Length && lines.Bytes[at] == ',' ? at : -1;
    }

    /// <summary>The entries or elements, or null where the collection is one that only its own writer would understand.</summary>
    private List<BlockItem>? Items(int container)
    {
        ref var node = ref document[container];
        var bytes = lines.Bytes;
        var isMap = node.Kind == NodeKind.Map;
        if (node.End - node.Start < 2
            || bytes[node.Start] != (isMap ? '{' : '[') || bytes[node.End - 1] != (isMap ? '}' : ']')
            || (node.Flags & NodeFlags.HasMergeKey) != 0)
        {
            return null;
        }

        var items = new List<BlockItem>(node.Count);
        var at = container + (isMap ? 2 : 1);
        for (var i = 0; i < document[container].Count; i++)
        {
            ref var value = ref document[at];
            var start = isMap ? document[at - 1].Start : value.Start;
            var isPair = value.Kind == NodeKind.Map && bytes[value.Start] != '{';
            var before = bytes[..start].LastIndexOfAnyExcept(" \t\r\n"u8);
            if (isPair
                || (value.Flags & (NodeFlags.Aliased | NodeFlags.HasProperties | NodeFlags.Tagged)) != 0
                || (isMap && ((document[at - 1].Flags & NodeFlags.HasProperties) != 0 || bytes[before] == '?')))
            {
                return null;
            }

            items.Add(new(at, start, isMap ? Math.Max(value.End, document[at - 1].End) : value.End));
            at = value.Next + (isMap ? 1 : 0);
        }

        return items;
    }
}
