namespace SelfHealGitOps.Cluster;

/// <summary>How to write.</summary>
public sealed record WriteOptions
{
    public static WriteOptions Default { get; } = new();

    /// <summary>Everything is done, admission included, but nothing is kept.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whose fields these are; null for the server's guess. Server-side apply needs one.</summary>
    public string? FieldManager { get; init; }

    /// <summary>What to do about fields that the server does not know; null for its default, which warns.</summary>
    public FieldValidation? FieldValidation { get; init; }

    /// <summary>For server-side apply alone: take over fields that belong to others.</summary>
    public bool Force { get; init; }
}

/// <summary>What the server does about unknown and duplicate fields.</summary>
public enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}
