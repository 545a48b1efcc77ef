namespace SelfHealGitOps.Manifests;

/// <summary>An operation of a patch and the rules that asked for it.</summary>
public sealed record AttributedOperation(JsonPatchOperation Operation, EquatableArray<string> Rules);

/// <summary>Edits as RFC 6902, or the first edit that cannot be rendered and why.</summary>
public abstract record RenderedPatch
{
    private RenderedPatch()
    {
    }

    public sealed record Rendered(IReadOnlyList<AttributedOperation> Operations) : RenderedPatch
    {
        public JsonPatch ToPatch() => new([.. Operations.Select(operation => operation.Operation)]);
    }

    public sealed record Refused(Edit Edit, Refusal Refusal) : RenderedPatch;
}

/// <summary>
/// Renders symbolic edits as RFC 6902 against the very object they are meant for: merge keys become indices, missing
/// parents are added once for all edits that need them, removals come last and from the back, so that no index moves
/// under another.
/// </summary>
public static class PatchRenderer
{
    /// <summary>
    /// With <paramref name="withTests"/>, every list element that an operation reaches by index is first tested to be
    /// the one that was meant, so that the patch fails rather than hits another.
    /// </summary>
    public static RenderedPatch Render(Field objectRoot, IEnumerable<AttributedEdit> edits, bool withTests)
    {
        var rendering = new Rendering(objectRoot);
        foreach (var edit in edits)
        {
            if (rendering.Add(edit) is { } refusal)
            {
                return new RenderedPatch.Refused(edit.Edit, refusal);
            }
        }

        return new RenderedPatch.Rendered(rendering.Finish(withTests));
    }

    private sealed class Rendering(Field objectRoot)
    {
        private readonly FlatDocument document = objectRoot.Document;
        private readonly List<Change> changes = [];

        /// <summary>What is added where nothing was, by the node around it.</summary>
        private readonly Dictionary<int, List<Change>> additions = [];

        /// <summary>By node; two paths may name one element, which can go only once.</summary>
        private readonly Dictionary<int, Change> removals = [];

        public Refusal? Add(AttributedEdit attributed)
        {
            var edit = attributed.Edit;
            switch (PathResolver.Resolve(objectRoot, edit.Path))
            {
                case Resolution.Refused { Refusal: var refusal }:
                    return edit is Edit.Remove && refusal.Code == RefusalCode.Absent ? null : refusal;
                case Resolution.Missing when edit is Edit.Remove:
                    return null;
                case Resolution.Missing missing:
                    return AddMissing(missing, edit, attributed.Rules);
                case Resolution.Found { Node: var node }:
                    return AddFound(node, edit, attributed.Rules);
                default:
                    throw new InvalidOperationException("unknown resolution");
            }
        }

        public List<AttributedOperation> Finish(bool withTests)
        {
            var operations = new List<AttributedOperation>();
            var tested = withTests ? new HashSet<int>() : null;

            // From the back, so that the removal of one element moves none that is still to be removed.
            foreach (var change in changes.Where(c => !c.IsRemoval).Concat(changes.Where(c => c.IsRemoval).OrderByDescending(c => c.Node)))
            {
                if (tested is not null)
                {
                    foreach (var test in Tests(change.Node, tested))
                    {
                        operations.Add(new(test, change.Rules));
                    }
                }

                operations.Add(new(change.ToOperation(document), change.Rules));
            }

            return operations;
        }

        private Refusal? AddFound(int node, Edit edit, EquatableArray<string> rules)
        {
            var field = new Field(document, node);
            switch (edit)
            {
                case Edit.Remove:
                    Remove(node, rules);
                    return null;
                case Edit.Append or Edit.Set when field.Kind == NodeKind.Null:
                    return Extend(node, null, [], edit, rules);
                case Edit.Set set:
                    if (!JsonEquality.AreEqual(JsonTree.ToJson(field), set.Value.ToJson()))
                    {
                        changes.Add(new Change(node, null, ChangeKind.Replace, set.Value, rules));
                    }

                    return null;
                case Edit.Append append when field.IsList:
                    changes.Add(new Change(node, null, ChangeKind.Append, append.Value, rules));
                    return null;
                default:
                    return new(RefusalCode.WrongShape, $"{edit.Path} is no list");
            }
        }

        private void Remove(int node, EquatableArray<string> rules)
        {
            if (removals.TryGetValue(node, out var earlier))
            {
                earlier.Rules = [.. earlier.Rules.Union(rules)];
                return;
            }

            var change = new Change(node, null, ChangeKind.Remove, null, rules);
            removals.Add(node, change);
            changes.Add(change);
        }

        private Refusal? AddMissing(Resolution.Missing missing, Edit edit, EquatableArray<string> rules)
        {
            var isNull = document[missing.Parent].Kind == NodeKind.Null;
            var keys = missing.Rest.Select(step => ((PathStep.Key)step).Name).ToArray();
            return isNull
                ? Extend(missing.Parent, null, keys, edit, rules)
                : Extend(missing.Parent, keys[0], keys[1..], edit, rules);
        }

        /// <summary>Puts an edit's value into the tree that is added at a place, below the keys that are missing there, too.</summary>
        private Refusal? Extend(int parent, string? key, string[] below, Edit edit, EquatableArray<string> rules)
        {
            if (!additions.TryGetValue(parent, out var siblings))
            {
                additions.Add(parent, siblings = []);
            }

            var change = siblings.Find(each => each.IsAdditionTo(key));
            if (change is null)
            {
                change = new Change(parent, key, key is null ? ChangeKind.Replace : ChangeKind.Add, null, rules);
                changes.Add(change);
                siblings.Add(change);
            }

            if (ValueTree.Put(change.Value, below, edit) is not { } value)
            {
                return Refusals.Conflict(edit);
            }

            change.Value = value;
            change.Rules = [.. change.Rules.Union(rules)];
            return null;
        }

        private IEnumerable<JsonPatchOperation> Tests(int node, HashSet<int> tested)
        {
            var path = new Field(document, node).Path;
            for (var length = 1; length <= path.Steps.Count; length++)
            {
                if (path.Steps[length - 1] is PathStep.Key
                    || PathResolver.Resolve(objectRoot, new FieldPath(path.Steps[..length])) is not Resolution.Found { Node: var element }
                    || !tested.Add(element))
                {
                    continue;
                }

                var pointer = JsonPointer.Parse(FieldPath.PointerTo(new Field(document, element)));
                var keys = path.Steps[length - 1] is PathStep.Element
                    ? MergeKeys.Of(path.Steps[length - 2] is PathStep.Key(var list) ? list : "", MergeKeys.IsInContainer(path.Steps, length - 1)).ToArray()
                    : [];

                // Not to have a key tells an element from another, too; that nothing is there, only the whole of it says.
                if (keys.Length == 0 || keys.Any(key => !new Field(document, element)[key].IsWritten))
                {
                    yield return new JsonPatchOperation.Test(pointer, JsonTree.ToJson(new Field(document, element)));
                    continue;
                }

                foreach (var key in keys)
                {
                    yield return new JsonPatchOperation.Test(pointer.Append(NameTable.Text(key)), JsonTree.ToJson(new Field(document, element)[key]));
                }
            }
        }
    }

    private enum ChangeKind
    {
        Add,
        Replace,
        Append,
        Remove,
    }

    private sealed class Change(int node, string? key, ChangeKind kind, Value? value, EquatableArray<string> rules)
    {
        public int Node => node;

        public bool IsRemoval => kind == ChangeKind.Remove;

        public Value? Value { get; set; } = value;

        public EquatableArray<string> Rules { get; set; } = rules;

        public bool IsAdditionTo(string? name) => key == name;

        public JsonPatchOperation ToOperation(FlatDocument document)
        {
            var pointer = JsonPointer.Parse(FieldPath.PointerTo(new Field(document, node)));
            return kind switch
            {
                ChangeKind.Add => new JsonPatchOperation.Add(pointer.Append(key!), Value?.ToJson()),
                ChangeKind.Append => new JsonPatchOperation.Add(pointer.Append("-"), Value?.ToJson()),
                ChangeKind.Replace => new JsonPatchOperation.Replace(pointer, Value?.ToJson()),
                _ => new JsonPatchOperation.Remove(pointer),
            };
        }
    }
}
