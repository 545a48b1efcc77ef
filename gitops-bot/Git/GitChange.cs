namespace SelfHealGitOps.Bot.Git;

/// <summary>A file of the work tree that is not as it was. Full paths.</summary>
/// <param name="OldPath">Where it was; null for a new file.</param>
/// <param name="NewPath">Where it is; null for one that is gone.</param>
/// <param name="Blob">The hash of what it held; null where there was no regular file.</param>
internal sealed record GitChange(string? OldPath, string? NewPath, string? Blob);
