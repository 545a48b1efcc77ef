namespace SelfHealGitOps.Policy;

/// <summary>Tells findings of one file apart.</summary>
public readonly record struct FindingKey(int Document, int? Item, string Rule, string Path);
