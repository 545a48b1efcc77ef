namespace SelfHealGitOps.Cluster;

/// <summary>What to show besides a client certificate. Their text shows nothing of it.</summary>
public abstract record ClusterCredentials
{
    private ClusterCredentials()
    {
    }

    public sealed record None : ClusterCredentials
    {
        public override string ToString() => "no token";
    }

    public sealed record Token(string Value) : ClusterCredentials
    {
        public override string ToString() => "a token";
    }

    /// <summary>A file that somebody else keeps fresh.</summary>
    public sealed record TokenFile(string Path) : ClusterCredentials
    {
        public override string ToString() => $"the token in {Path}";
    }

    /// <summary>A program that makes tokens or certificates.</summary>
    public sealed record Exec(ExecPlugin Plugin) : ClusterCredentials
    {
        public override string ToString() => $"what {Plugin.Command} says";
    }
}
