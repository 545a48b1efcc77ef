namespace SelfHealGitOps.Cluster;

/// <summary>What became of reading a container's log.</summary>
public abstract record LogReply
{
    private LogReply()
    {
    }

    /// <param name="Text">UTF-8 with U+FFFD for whatever is not.</param>
    /// <param name="IsCut">There was more than <see cref="LogOptions.LimitBytes"/>.</param>
    public sealed record Read(string Text, bool IsCut) : LogReply;

    /// <param name="Why">Refused or unavailable.</param>
    public sealed record Failed(ClusterReply Why) : LogReply;
}
