namespace SelfHealGitOps.Cluster;

/// <summary>Which objects of a type are wanted, and how many at a time.</summary>
public sealed record ListOptions
{
    /// <summary>As kubectl takes it: <c>app=web,tier in (a,b)</c>. Null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary><c>metadata.name=web</c>; which fields there are depends on the type. Null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects on a page; null for all on one.</summary>
    public int? Limit { get; init; }

    /// <summary>The place where the page before left off, <c>metadata.continue</c> of its list.</summary>
    public string? Continue { get; init; }

    /// <summary>Null for what is newest; <c>0</c> for whatever the server has at hand.</summary>
    public string? ResourceVersion { get; init; }
}
