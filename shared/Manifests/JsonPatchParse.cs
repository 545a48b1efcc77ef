namespace SelfHealGitOps.Manifests;

/// <summary>What became of reading a patch.</summary>
public abstract record JsonPatchParse
{
    private JsonPatchParse() { }

    public sealed record Parsed(JsonPatch Patch) : JsonPatchParse;

    /// <param name="Reason">Names the operation by its index, from 0, where one is at fault.</param>
    public sealed record Refused(string Reason) : JsonPatchParse;
}
