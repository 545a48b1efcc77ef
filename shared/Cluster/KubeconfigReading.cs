using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Cluster;

/// <summary>What came of looking for a cluster.</summary>
public abstract record KubeconfigReading
{
    private KubeconfigReading()
    {
    }

    /// <param name="Context">The name of the context; empty inside of a cluster.</param>
    public sealed record Accepted(ClusterAccess Access, string Context) : KubeconfigReading;

    /// <param name="Problems">At least one.</param>
    public sealed record Refused(IReadOnlyList<KubeconfigProblem> Problems) : KubeconfigReading;
}

/// <summary>Why a kubeconfig leads to no cluster.</summary>
/// <param name="Line">1-based, as is <paramref name="Column"/>; 0 for the whole file.</param>
/// <param name="Key">Such as <c>users.0.user.exec.command</c>; empty for the whole file.</param>
/// <param name="Message">The value seen, unless it may be secret, the value wanted, and what to do.</param>
public sealed record KubeconfigProblem(string File, int Line, int Column, string Key, string Message)
{
    public override string ToString() =>
        (Line == 0 ? File : $"{File}:{Line}:{Column}") + ": " + (Key.Length == 0 ? "" : Key + ": ") + Message;

    internal static KubeconfigProblem At(Field place, string message)
    {
        var source = place.Document.Source;
        var (line, column) = source.Locate(place.SourceOffset);
        var tokens = place.Pointer.Split('/').Skip(1).Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        return new(source.File, line, column, string.Join('.', tokens), message);
    }
}
