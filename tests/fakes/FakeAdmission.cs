using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>What a webhook would be asked.</summary>
/// <param name="Operation">CREATE, UPDATE or DELETE.</param>
/// <param name="Object">As it is to be, a copy; null when it is deleted.</param>
/// <param name="OldObject">As it is, a copy; null when it is made.</param>
public sealed record FakeAdmissionRequest(
    string Operation, ResourceType Type, string? Namespace, string Name, string? Subresource, JsonObject? Object, JsonObject? OldObject, bool IsDryRun);

/// <summary>What a webhook would answer.</summary>
public sealed record FakeAdmissionAnswer
{
    public static FakeAdmissionAnswer Allowed { get; } = new();

    /// <summary>Null when it is allowed.</summary>
    public ClusterStatus? Denied { get; init; }

    /// <summary>The object as it is to be instead; null for as it is.</summary>
    public JsonObject? Changed { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static FakeAdmissionAnswer Deny(string message) =>
        new() { Denied = new(403, "Forbidden", message, []) };
}
