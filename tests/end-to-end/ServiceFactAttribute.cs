using System.Net;
using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>A test whose webhooks are called by a Service of the cluster, which cannot lead to loopback; skipped aloud without an address it can lead to.</summary>
public sealed class ServiceFactAttribute : FactAttribute
{
    public ServiceFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            Skip = "KUBECONFIG names no cluster";
        }
        else if (IPAddress.IsLoopback(IPAddress.Parse(Installation.Host)))
        {
            Skip = "a Service leads to no loopback address; SELFHEAL_E2E_HOST must be another by which the API server reaches this machine";
        }
    }
}
