namespace SelfHealGitOps.Cluster;

/// <summary>A kind of object as the API serves it: where it is asked for, and what it is called.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Plural">As in URLs and RBAC: <c>deployments</c>.</param>
/// <param name="Kind">As in objects: <c>Deployment</c>.</param>
/// <param name="IsNamespaced">False for what belongs to the whole cluster.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>As objects have it: <c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As RBAC and messages have it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public override string ToString() => $"{QualifiedPlural}/{Version}";
}
