namespace SelfHealGitOps.Manifests;

/// <summary>What is to become of one node of a document.</summary>
/// <param name="parent">The change of the map or list around it; null for the object's root.</param>
internal sealed class NodeChange(int node, NodeChange? parent, Edit edit)
{
    public int Node => node;

    public NodeChange? Parent => parent;

    /// <summary>The first edit that touches it: the one to name in a refusal.</summary>
    public Edit Edit => edit;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public bool IsRemoved { get; set; }

    /// <summary>True when an entry or element of this one is removed.</summary>
    public bool HasRemovals { get; set; }

    public Value? Replacement { get; set; }

    /// <summary>Of the removal or the replacement.</summary>
    public EquatableArray<string> Rules { get; set; } = [];

    /// <summary>Entries or elements that come to it, in the order of the edits.</summary>
    public List<Addition> Additions { get; } = [];

    public bool IsInRemoved => IsRemoved || (parent?.IsInRemoved ?? false);

    public bool IsBelowReplaced => parent is not null && (parent.Replacement is not null || parent.IsBelowReplaced);
}

/// <summary>A new entry of a map, or a new element of a list.</summary>
/// <param name="Key">Null for an element.</param>
internal sealed record Addition(string? Key, Value Value, EquatableArray<string> Rules);
