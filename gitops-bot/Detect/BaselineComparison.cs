using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a baseline knows of the findings of a scan.</summary>
/// <param name="Fixed">Entries that were judged again and not found.</param>
internal sealed record BaselineComparison(IReadOnlySet<Finding> Known, int Fixed)
{
    /// <summary>True for a finding that was there when the baseline was written: it neither fails the scan nor is it mended.</summary>
    public bool Knows(Finding finding) => Known.Contains(finding);
}
