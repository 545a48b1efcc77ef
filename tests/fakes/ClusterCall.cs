using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>Something that a cluster was asked.</summary>
/// <param name="Verb">As RBAC has it: get, list, watch, create, update, patch, delete; or logs, discover, version.</param>
/// <param name="Type">Null for discover and version.</param>
/// <param name="Name">Null for lists, watches and creates.</param>
/// <param name="Body">What was sent; null for nothing.</param>
public sealed record ClusterCall(string Verb, ResourceType? Type, string? Namespace, string? Name, string? Subresource, bool IsDryRun, JsonNode? Body)
{
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete";

    public override string ToString() =>
        $"{Verb} {Type?.QualifiedPlural}{(Subresource is null ? "" : "/" + Subresource)} {(Namespace is null ? "" : Namespace + "/")}{Name}{(IsDryRun ? " (dry run)" : "")}".TrimEnd();
}
