using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>Tests against the Gitea that SELFHEAL_TEST_GITEA_URL and SELFHEAL_TEST_GITEA_TOKEN (an administrator's) name; skipped, saying so, where they name none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealGiteaTheoryAttribute : TheoryAttribute
{
    public RealGiteaTheoryAttribute()
    {
        if (GiteaHouse.Address is null || GiteaHouse.Token is null)
        {
            Skip = "SELFHEAL_TEST_GITEA_URL and SELFHEAL_TEST_GITEA_TOKEN name no Gitea";
        }
    }
}
