namespace SelfHealGitOps.Manifests;

/// <summary>Why there is no fix, or why one could not be carried out. Written in upper case with underscores: <c>NEEDS_EVIDENCE</c>.</summary>
public enum RefusalCode
{
    /// <summary>The fix needs a value that only the owner, the registry or the running system knows; it is never invented.</summary>
    NeedsEvidence,

    /// <summary>What is right depends on what the workload is for; no value would do.</summary>
    NeedsDecision,

    /// <summary>The place stands behind an anchor that is used elsewhere, or behind an alias.</summary>
    AnchoredNode,

    /// <summary>The place comes in through a merge key.</summary>
    MergeKey,

    /// <summary>The value carries an explicit tag.</summary>
    Tagged,

    /// <summary>The value is an expression that something fills in later.</summary>
    Templated,

    /// <summary>The path fits more than one element of a list.</summary>
    Ambiguous,

    /// <summary>The path leads through an element that is not there.</summary>
    Absent,

    /// <summary>The path leads through a value of another shape: a scalar where a map has to be.</summary>
    WrongShape,

    /// <summary>Two fixes want different values at one place, and neither is the stricter.</summary>
    Conflict,

    /// <summary>The layout of the text leaves no place where the change could safely go.</summary>
    UnsafeDiff,

    /// <summary>The fix was carried out in memory and did not hold: another tree, the finding still there, or a new one.</summary>
    Unverified,

    /// <summary>The fix would do, but its file must not or cannot be written: read-only, or reached through a link.</summary>
    NotWritable,

    /// <summary>A proposal that nobody may make: it would take away a protection, add a privilege, or touch what has to stay as it is.</summary>
    UnsafeChange,

    /// <summary>The API server, or what it asks at admission, refuses the object as it would be, and takes it as it is.</summary>
    RefusedByCluster,

    /// <summary>The change reaches so far that nobody may let it pass: it is described, and never proposed.</summary>
    TierBlocked,
}
