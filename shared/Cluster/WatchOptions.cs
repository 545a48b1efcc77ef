namespace SelfHealGitOps.Cluster;

/// <summary>What to be told of, and since when.</summary>
public sealed record WatchOptions
{
    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>That of a list, of an event or of a bookmark. Null begins with everything there is, as added.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Also to be told, now and then, up to where nothing has happened.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>When the server is to end the watch, in whole seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
