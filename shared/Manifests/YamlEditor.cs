namespace SelfHealGitOps.Manifests;

/// <summary>
/// Splices edits into the text of a YAML or JSON file; every byte outside of an edit stays, comments included. What
/// cannot be done without guessing is refused: places behind anchors, aliases and merge keys, tagged values,
/// expressions, comments that would have to go, and layouts that we cannot prove to be what they look like.
/// </summary>
public static class YamlEditor
{
    /// <summary>Null when the edit can be carried out on the text that the object was read from.</summary>
    public static Refusal? Check(Field objectRoot, Edit edit) =>
        Apply(objectRoot, [new AttributedEdit(edit, [])]) is EditResult.Refused refused ? refused.Refusal : null;

    /// <summary>All of the edits or none. Costs the edits and the collections that they change, not the document.</summary>
    public static EditResult Apply(Field objectRoot, IReadOnlyList<AttributedEdit> edits)
    {
        var plan = new EditPlan(objectRoot);
        foreach (var edit in edits)
        {
            if (plan.Add(edit) is { } refusal)
            {
                return new EditResult.Refused(edit.Edit, refusal);
            }
        }

        var document = objectRoot.Document;
        var lines = new SourceLines(document.Source);
        var text = new TextMap(document, lines);
        var splices = new SpliceList(lines);
        var block = new BlockEditor(document, lines, text, plan, splices);
        var flow = new FlowEditor(document, lines, text, plan, splices);
        var value = new ValueEditor(document, lines, text, flow, splices);
        foreach (var change in plan.Changes)
        {
            if (Carry(change, document, block, flow, value) is { } refusal)
            {
                return new EditResult.Refused(change.Edit, refusal);
            }
        }

        return Finish(splices, lines, document, edits);
    }

    private static Refusal? Carry(NodeChange change, FlatDocument document, BlockEditor block, FlowEditor flow, ValueEditor value)
    {
        if (change.IsInRemoved)
        {
            return null;
        }

        var isChangedInside = change.HasRemovals || change.Additions.Count > 0;
        if (change.Replacement is not null)
        {
            return isChangedInside ? Refusals.Conflict(change.Edit) : change.IsBelowReplaced ? Refusals.Conflict(change.Edit) : value.Replace(change);
        }

        if (!isChangedInside)
        {
            return null;
        }

        if (change.IsBelowReplaced)
        {
            return Refusals.Conflict(change.Edit);
        }

        return document[change.Node].Style == NodeStyle.Block ? block.Edit(change)
            : IsEmptyInBlock(change, document) ? ReplaceEmpty(change, value)
            : flow.Edit(change);
    }

    /// <summary><c>{}</c> among block collections, where a person would go on in block style.</summary>
    private static bool IsEmptyInBlock(NodeChange change, FlatDocument document) =>
        !document.IsJson && document[change.Node].Count == 0 && change.Parent is { } parent && document[parent.Node].Style == NodeStyle.Block;

    private static Refusal? ReplaceEmpty(NodeChange change, ValueEditor value)
    {
        change.Replacement = change.Additions[0].Key is null
            ? new Value.List([.. change.Additions.Select(addition => addition.Value)])
            : new Value.Map([.. change.Additions.Select(addition => KeyValuePair.Create(addition.Key!, addition.Value))]);
        change.Rules = [.. change.Additions.SelectMany(addition => addition.Rules).Distinct()];
        return value.Replace(change);
    }

    private static EditResult Finish(SpliceList splices, SourceLines lines, FlatDocument document, IReadOnlyList<AttributedEdit> edits)
    {
        if (splices.Finish() is not { } ordered || lines.HasLoneReturn)
        {
            return new EditResult.Refused(edits[0].Edit, Refusals.Unsafe(
                lines.HasLoneReturn ? "lines end in a carriage return alone" : "the edits would overlap in the text"));
        }

        if (!document.IsJson)
        {
            foreach (var splice in ordered)
            {
                if (splice.End > splice.Start
                    && lines.Bytes[lines.Start(splice.Start)..lines.ContentEnd(splice.End - 1)].IndexOf("{{"u8) >= 0)
                {
                    return new EditResult.Refused(edits[0].Edit, new(RefusalCode.Templated, "an expression stands on the line that would change"));
                }
            }
        }

        return new EditResult.Spliced(ordered);
    }
}
