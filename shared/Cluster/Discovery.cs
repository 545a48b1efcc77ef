namespace SelfHealGitOps.Cluster;

/// <summary>The types that a cluster serves. Groups in the server's order, and in each the preferred version first.</summary>
/// <param name="Problems">Groups and versions of which nothing is known, for whoever serves them does not answer.</param>
public sealed record Discovery(IReadOnlyList<ServedResource> Resources, IReadOnlyList<DiscoveryProblem> Problems)
{
    /// <summary>The resource of an object, by what the object says of itself; null where the cluster does not serve it.</summary>
    public ServedResource? Find(string apiVersion, string kind) =>
        Resources.FirstOrDefault(resource => resource.Type.Kind == kind && resource.Type.ApiVersion == apiVersion);
}

/// <param name="Verbs"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c> and so on.</param>
/// <param name="IsPreferred">In the version that the server prefers of its group.</param>
public sealed record ServedResource(
    ResourceType Type,
    IReadOnlyList<string> Verbs,
    IReadOnlyList<ServedSubresource> Subresources,
    IReadOnlyList<string> ShortNames,
    bool IsPreferred)
{
    public bool Can(string verb) => Verbs.Contains(verb, StringComparer.Ordinal);
}

/// <param name="Name">Without the resource's: <c>status</c>.</param>
/// <param name="ApiVersion">Of what it takes and gives, such as <c>autoscaling/v1</c> for a scale.</param>
public sealed record ServedSubresource(string Name, string ApiVersion, string Kind, IReadOnlyList<string> Verbs);

/// <param name="ApiVersion">A group and version, or a group alone.</param>
public sealed record DiscoveryProblem(string ApiVersion, string Message);
