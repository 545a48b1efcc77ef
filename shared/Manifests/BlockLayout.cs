namespace SelfHealGitOps.Manifests;

/// <summary>
/// Finds how the neighbours of a new collection are laid out: first its siblings, then those of the collections around
/// it. Where the object tells nothing: two columns, and flush lists, as the API's own clients write.
/// </summary>
internal sealed class BlockLayout(FlatDocument document, SourceLines lines)
{
    public BlockStyle Around(NodeChange container)
    {
        int? step = null;
        int? listOffset = null;
        for (var change = container; change is not null && (step is null || listOffset is null); change = change.Parent)
        {
            var node = change.Node;
            if (document[node].Kind != NodeKind.Map || document[node].Style != NodeStyle.Block)
            {
                continue;
            }

            var column = lines.Column(document[node].Start);
            foreach (var entry in new Field(document, node).Entries)
            {
                ref var value = ref document[entry.Value.Node];
                if (value.Style != NodeStyle.Block || value.Count == 0 || (value.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) != 0)
                {
                    continue;
                }

                var offset = lines.Column(value.Start) - column;
                if (value.Kind == NodeKind.Map && offset > 0)
                {
                    step ??= offset;
                }
                else if (value.Kind == NodeKind.List && offset >= 0)
                {
                    listOffset ??= offset;
                }
            }
        }

        return new(step ?? 2, listOffset ?? 0);
    }
}
