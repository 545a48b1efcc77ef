namespace SelfHealGitOps.Manifests;

/// <summary>An edit and the rules that asked for it: one edit may clear the findings of several.</summary>
public sealed record AttributedEdit(Edit Edit, EquatableArray<string> Rules);
