using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A finding's own fix, carried out by both appliers.</summary>
/// <param name="Patch">RFC 6902, on the object.</param>
/// <param name="Splices">On the bytes of the file.</param>
public sealed record RenderedFix(JsonPatch Patch, IReadOnlyList<TextSplice> Splices);
