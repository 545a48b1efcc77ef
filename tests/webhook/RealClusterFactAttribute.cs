using Xunit;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>Tests against the cluster that KUBECONFIG names; skipped, saying so, where it names none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealClusterFactAttribute : FactAttribute
{
    public RealClusterFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            Skip = "KUBECONFIG names no cluster";
        }
    }
}
