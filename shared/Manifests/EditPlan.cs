namespace SelfHealGitOps.Manifests;

/// <summary>
/// The edits of one object, sorted by the nodes that they change. All are resolved against the object as it is; of two
/// values for one place the later wins, and a removal wins over whatever else is done to the place or below it, as in
/// the patch that <c>PatchRenderer</c> makes of the same edits.
/// </summary>
internal sealed class EditPlan(Field objectRoot)
{
    private readonly FlatDocument document = objectRoot.Document;
    private readonly Dictionary<int, NodeChange> changes = [];

    public IEnumerable<NodeChange> Changes => changes.Values;

    public bool IsRemoved(int node) => changes.TryGetValue(node, out var change) && change.IsRemoved;

    public NodeChange? Of(int node) => changes.GetValueOrDefault(node);

    public Refusal? Add(AttributedEdit attributed)
    {
        var (edit, rules) = attributed;
        switch (PathResolver.Resolve(objectRoot, edit.Path))
        {
            case Resolution.Refused(var refusal):
                return edit is Edit.Remove && refusal.Code == RefusalCode.Absent ? null : refusal;
            case Resolution.Missing when edit is Edit.Remove:
                return null;
            case Resolution.Missing(var trail, var rest):
                return AddBelow([.. trail], [.. rest.Select(step => ((PathStep.Key)step).Name)], edit, rules);
            case Resolution.Found(var trail):
                int[] nodes = [.. trail];
                return edit switch
                {
                    Edit.Remove => Remove(nodes, edit, rules),
                    Edit.Set set => Replace(nodes, set.Value, edit, rules),
                    Edit.Append append => Append(nodes, append, rules),
                    _ => throw new InvalidOperationException($"no plan for {edit.GetType().Name}"),
                };
            default:
                throw new InvalidOperationException("unknown resolution");
        }
    }

    private Refusal? Remove(int[] trail, Edit edit, EquatableArray<string> rules)
    {
        var node = trail[^1];
        if (trail.Length == 1)
        {
            return Refusals.Unsafe("the whole object is not removed by an edit");
        }

        if ((document[trail[^2]].Flags & NodeFlags.HasMergeKey) != 0)
        {
            return new(RefusalCode.MergeKey, $"{edit.Path}: what the merge key brings could take the removed entry's place");
        }

        if (Refusals.Shared(document, trail, edit) is { } shared)
        {
            return shared;
        }

        var first = document.KeyOf(node) is >= 0 and var key ? key : node;
        for (var i = first; i < document[node].Next; i++)
        {
            if ((document[i].Flags & NodeFlags.Anchored) != 0)
            {
                return new(RefusalCode.AnchoredNode, $"{edit.Path}: an alias refers to an anchor in what would be removed");
            }

            if (document[i].Kind == NodeKind.String && TemplateText.IsExpression(document.Text(i)))
            {
                return new(RefusalCode.Templated, $"{edit.Path}: an expression would be removed");
            }
        }

        var change = ChangeOf(trail, edit);
        change.IsRemoved = true;
        change.Rules = Union(change.Rules, rules);
        change.Parent!.HasRemovals = true;
        return null;
    }

    private Refusal? Append(int[] trail, Edit.Append append, EquatableArray<string> rules)
    {
        var field = new Field(document, trail[^1]);
        if (field.Kind == NodeKind.Null)
        {
            return AddBelow(trail, [], append, rules);
        }

        if (!field.IsList)
        {
            return new(RefusalCode.WrongShape, $"{append.Path}: a {field.Kind.ToString().ToLowerInvariant()} stands where a list would be");
        }

        if ((Refusals.Shared(document, trail, append) ?? Refusals.Tagged(document, trail[^1], append)) is { } refusal)
        {
            return refusal;
        }

        ChangeOf(trail, append).Additions.Add(new(null, append.Value, rules));
        return null;
    }

    private Refusal? Replace(int[] trail, Value value, Edit edit, EquatableArray<string> rules)
    {
        var field = new Field(document, trail[^1]);
        if (ValueTree.AreEqual(field, value))
        {
            if (!changes.TryGetValue(trail[^1], out var earlier))
            {
                return null;
            }

            earlier.Replacement = null;
            return field.Count > 0 || earlier.Additions.Count > 0 ? Refusals.Conflict(edit) : null;
        }

        if ((Refusals.Shared(document, trail, edit) ?? Refusals.Tagged(document, trail[^1], edit)) is { } refusal)
        {
            return refusal;
        }

        if (field.IsMap && value is Value.Map(var entries) && trail.Length > 1)
        {
            return ReplaceEntries(trail, entries, edit, rules);
        }

        for (var i = trail[^1]; i < document[trail[^1]].Next; i++)
        {
            if ((document[i].Flags & NodeFlags.Anchored) != 0)
            {
                return new(RefusalCode.AnchoredNode, $"{edit.Path}: an alias refers to an anchor in what would be replaced");
            }

            if (document[i].Kind == NodeKind.String && TemplateText.IsExpression(document.Text(i)))
            {
                return new(RefusalCode.Templated, $"{edit.Path}: {Excerpt.Of(document.TextString(i))} is filled in by something else");
            }
        }

        var change = ChangeOf(trail, edit);
        change.Replacement = value;
        change.Rules = Union(change.Rules, rules);
        return null;
    }

    /// <summary>A map over a map: entry by entry, so that what stays the same stays as it is written.</summary>
    private Refusal? ReplaceEntries(int[] trail, EquatableArray<KeyValuePair<string, Value>> wanted, Edit edit, EquatableArray<string> rules)
    {
        var map = new Field(document, trail[^1]);
        foreach (var entry in map.Entries)
        {
            var key = entry.Key;
            if (!wanted.Any(pair => pair.Key == key) && Remove([.. trail, entry.Value.Node], edit, rules) is { } refusal)
            {
                return refusal;
            }
        }

        foreach (var (key, value) in wanted)
        {
            var found = map[key];
            var refusal = found.IsWritten
                ? Replace([.. trail, found.Node], value, edit, rules)
                : AddBelow(trail, [key], new Edit.Set(edit.Path.Key(key), value), rules);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Puts a value where the last node of the trail is a map without the first of the keys, or a null.</summary>
    private Refusal? AddBelow(int[] trail, string[] keys, Edit edit, EquatableArray<string> rules)
    {
        if ((Refusals.Shared(document, trail, edit) ?? Refusals.Tagged(document, trail[^1], edit)) is { } refusal)
        {
            return refusal;
        }

        var change = ChangeOf(trail, edit);
        if (document[trail[^1]].Kind == NodeKind.Null)
        {
            if (ValueTree.Put(change.Replacement, keys, edit) is not { } value)
            {
                return Refusals.Conflict(edit);
            }

            change.Replacement = value;
            change.Rules = Union(change.Rules, rules);
            return null;
        }

        var at = change.Additions.FindIndex(addition => addition.Key == keys[0]);
        if (ValueTree.Put(at < 0 ? null : change.Additions[at].Value, keys.AsSpan(1), edit) is not { } added)
        {
            return Refusals.Conflict(edit);
        }

        if (at < 0)
        {
            change.Additions.Add(new(keys[0], added, rules));
        }
        else
        {
            change.Additions[at] = new(keys[0], added, Union(change.Additions[at].Rules, rules));
        }

        return null;
    }

    private NodeChange ChangeOf(ReadOnlySpan<int> trail, Edit edit)
    {
        NodeChange? change = null;
        foreach (var node in trail)
        {
            if (!changes.TryGetValue(node, out var known))
            {
                changes.Add(node, known = new NodeChange(node, change, edit));
            }

            change = known;
        }

        return change!;
    }

    private static EquatableArray<string> Union(EquatableArray<string> one, EquatableArray<string> other) => [.. one.Union(other)];
}
