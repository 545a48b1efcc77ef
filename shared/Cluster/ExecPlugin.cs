using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>A program that makes credentials. Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins</summary>
/// <param name="ApiVersion">The language it speaks: <c>client.authentication.k8s.io/v1</c> or <c>v1beta1</c>.</param>
/// <param name="Command">A name to be looked up in PATH, or a path.</param>
/// <param name="Environment">Set in addition to our own.</param>
public sealed record ExecPlugin(
    string ApiVersion, string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    internal static readonly string[] ApiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>What the owner tells people who do not have the program; empty mostly.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>The cluster as the program is told of it; null where it need not know.</summary>
    public JsonObject? ClusterInfo { get; init; }

    public override string ToString() => Command;
}
