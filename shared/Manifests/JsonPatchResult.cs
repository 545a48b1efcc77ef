using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>What became of applying a patch.</summary>
public abstract record JsonPatchResult
{
    private JsonPatchResult() { }

    /// <param name="Document">A document of its own that shares no node with the input; null is JSON's null.</param>
    public sealed record Applied(JsonNode? Document) : JsonPatchResult;

    /// <param name="OperationIndex">From 0.</param>
    /// <param name="Reason">Names paths, never values: they may be secret.</param>
    public sealed record Failed(int OperationIndex, string Reason) : JsonPatchResult;
}
