namespace SelfHealGitOps.Manifests;

/// <summary>The quotes that all neighbours of a new key or string have in common; plain where they differ.</summary>
internal static class Quoting
{
    public static NodeStyle OfKeys(FlatDocument document, int map)
    {
        NodeStyle? common = null;
        if (document[map].Kind == NodeKind.Map)
        {
            foreach (var entry in new Field(document, map).Entries)
            {
                Join(ref common, document, entry.Value.Node - 1);
            }
        }

        return common ?? NodeStyle.Plain;
    }

    public static NodeStyle OfValues(FlatDocument document, int container)
    {
        NodeStyle? common = null;
        var field = new Field(document, container);
        foreach (var entry in field.Entries)
        {
            Join(ref common, document, entry.Value.Node);
        }

        foreach (var element in field.Elements)
        {
            Join(ref common, document, element.Node);
        }

        return common ?? NodeStyle.Plain;
    }

    /// <summary>Quotes that a text cannot do without are no matter of style.</summary>
    private static void Join(ref NodeStyle? common, FlatDocument document, int at)
    {
        ref var node = ref document[at];
        if (node.Kind is NodeKind.String or NodeKind.Key
            && (node.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) == 0
            && (node.Style == NodeStyle.Plain || ScalarWriter.IsSafePlain(document.TextString(at), inFlow: false)))
        {
            common = common is null || common == node.Style ? node.Style : NodeStyle.Plain;
        }
    }
}
