using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>A test against a real Gitea and a real cluster; skipped aloud where one of them is not named.</summary>
public sealed class GiteaFactAttribute : FactAttribute
{
    public GiteaFactAttribute()
    {
        string[] missing = [.. new[] { GiteaShop.AddressVariable, GiteaShop.TokenVariable, "KUBECONFIG" }.Where(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))];
        if (missing.Length > 0)
        {
            Skip = $"{string.Join(" and ", missing)} must name a Gitea, an administrator's token for it, and a cluster";
        }
    }
}
