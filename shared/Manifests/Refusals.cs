namespace SelfHealGitOps.Manifests;

/// <summary>The reasons for which the text of a document is left as it is.</summary>
internal static class Refusals
{
    public static Refusal Unsafe(string reason) => new(RefusalCode.UnsafeDiff, reason);

    public static Refusal Conflict(Edit edit) => new(RefusalCode.Conflict, $"{edit.Path}: another edit puts a value of another shape here");

    /// <summary>A place that stands in the text once, but in the document more than once.</summary>
    public static Refusal? Shared(FlatDocument document, ReadOnlySpan<int> trail, Edit edit)
    {
        foreach (var node in trail)
        {
            var flags = document[node].Flags;
            if ((flags & NodeFlags.Merged) != 0)
            {
                return new(RefusalCode.MergeKey, $"{edit.Path}: comes in through a merge key");
            }

            if ((flags & (NodeFlags.Aliased | NodeFlags.Anchored)) != 0)
            {
                return new(RefusalCode.AnchoredNode, $"{edit.Path}: is shared through an anchor and its aliases");
            }
        }

        return null;
    }

    public static Refusal? Tagged(FlatDocument document, int node, Edit edit) =>
        (document[node].Flags & NodeFlags.Tagged) != 0
            ? new(RefusalCode.Tagged, $"{edit.Path}: carries an explicit tag")
            : null;
}
