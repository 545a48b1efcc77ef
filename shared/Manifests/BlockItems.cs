namespace SelfHealGitOps.Manifests;

/// <summary>An entry or element of a block collection in the text.</summary>
/// <param name="Node">The value.</param>
/// <param name="Start">The key or the dash.</param>
/// <param name="End">The end of the value's text.</param>
internal sealed record BlockItem(int Node, int Start, int End);

internal static class BlockItems
{
    /// <summary>The entries that stand in the text, or the elements; null where one of them stands in a way we do not know.</summary>
    public static List<BlockItem>? Of(FlatDocument document, TextMap text, SourceLines lines, int container)
    {
        var items = new List<BlockItem>(document[container].Count);
        var isMap = document[container].Kind == NodeKind.Map;
        var at = container + (isMap ? 2 : 1);
        for (var i = 0; i < document[container].Count; i++)
        {
            if ((document[at].Flags & NodeFlags.Merged) == 0)
            {
                var isShared = (document[at].Flags & NodeFlags.Aliased) != 0;
                var start = isMap ? document[at - 1].Start : isShared ? -1 : text.Dash(at);
                if (start < 0 || (isMap && text.AfterColon(at - 1) < 0))
                {
                    return null;
                }

                if (isShared && lines.Bytes[lines.SkipBlank(text.AfterColon(at - 1))] != '*')
                {
                    return null;
                }

                items.Add(new(at, start, isShared ? text.AfterColon(at - 1) : Math.Max(start + 1, text.ContentEnd(at))));
            }

            at = document[at].Next + (isMap ? 1 : 0);
        }

        return items;
    }
}
