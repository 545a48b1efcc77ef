using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>A test against the cluster that KUBECONFIG names; skipped aloud without one.</summary>
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            Skip = "KUBECONFIG names no cluster";
        }
    }
}
