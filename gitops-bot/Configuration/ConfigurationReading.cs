using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What came of reading a configuration.</summary>
internal abstract record ConfigurationReading
{
    private ConfigurationReading()
    {
    }

    public sealed record Accepted(BotConfiguration Configuration) : ConfigurationReading;

    /// <param name="Problems">Every mistake in the file, by line; at least one.</param>
    public sealed record Refused(IReadOnlyList<PolicyProblem> Problems) : ConfigurationReading;
}
