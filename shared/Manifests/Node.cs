namespace SelfHealGitOps.Manifests;

/// <summary>What a value is to the API server.</summary>
public enum NodeKind : byte
{
    Null,
    Boolean,
    Number,
    String,
    Map,
    List,

    /// <summary>The key of a map entry; its value is the next node.</summary>
    Key,
}

/// <summary>How a value is written in its source.</summary>
public enum NodeStyle : byte
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Block,
    Flow,
}

[Flags]
internal enum NodeFlags : byte
{
    None = 0,

    /// <summary>Carries an anchor that an alias refers to: editing it would edit the places of the aliases too.</summary>
    Anchored = 1,

    /// <summary>Stands where an alias stands; its spans are those of the anchored node.</summary>
    Aliased = 2,

    /// <summary>An entry that came in through a merge key.</summary>
    Merged = 4,

    /// <summary>Carries an explicit tag.</summary>
    Tagged = 8,

    /// <summary>Its text lies in the document's arena, not in the source.</summary>
    InArena = 16,

    /// <summary>A map with a merge key of its own.</summary>
    HasMergeKey = 32,

    /// <summary>Carries an anchor, referred to or not: the node's properties stand before its span.</summary>
    HasProperties = 64,
}

/// <summary>
/// One value or key of a <see cref="FlatDocument"/>, in visit order: a map is followed by key, value, key, value, …;
/// a list by its elements. Offsets are bytes of the source.
/// </summary>
internal struct Node
{
    public NodeKind Kind;
    public NodeStyle Style;
    public NodeFlags Flags;

    /// <summary>For a key, its known name.</summary>
    public Name Name;

    /// <summary>The source span, quotes and brackets included. A block collection ends with its last child.</summary>
    public int Start;
    public int End;

    /// <summary>The scalar's text: in the source, or in the arena where <see cref="NodeFlags.InArena"/> is set.</summary>
    public int TextStart;
    public int TextLength;

    /// <summary>The index of the next node that is not inside this one.</summary>
    public int Next;

    /// <summary>Entries of a map, elements of a list; for a key, the hash of its text.</summary>
    public int Count;
}
