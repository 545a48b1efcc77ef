namespace SelfHealGitOps.Cluster;

/// <summary>One object of a cluster, or a subresource of it.</summary>
/// <param name="Namespace">Null for what belongs to the whole cluster, and only for that.</param>
/// <param name="Subresource"><c>status</c>, <c>scale</c>, <c>ephemeralcontainers</c>; null for the object itself.</param>
public sealed record ObjectReference(ResourceType Type, string? Namespace, string Name, string? Subresource = null)
{
    /// <summary>For people: <c>deployments.apps shop/web</c>.</summary>
    public override string ToString() =>
        $"{Type.QualifiedPlural}{(Subresource is null ? "" : "/" + Subresource)} {(Namespace is null ? "" : Namespace + "/")}{Name}";
}
