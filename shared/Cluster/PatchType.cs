namespace SelfHealGitOps.Cluster;

/// <summary>How a patch is meant.</summary>
public enum PatchType
{
    /// <summary>RFC 6902.</summary>
    Json,

    /// <summary>RFC 7386.</summary>
    Merge,

    /// <summary>Merge with lists by key, for built-in types only.</summary>
    StrategicMerge,

    /// <summary>Server-side apply: the whole intent of one field manager. Makes the object where there is none.</summary>
    Apply,
}
