using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>Tests against the cluster that KUBECONFIG names; skipped, saying so, where it names none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealClusterTheoryAttribute : TheoryAttribute
{
    public RealClusterTheoryAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            Skip = "KUBECONFIG names no cluster";
        }
    }
}
