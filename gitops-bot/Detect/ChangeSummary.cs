namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a report is confined to: what has changed since a commit.</summary>
/// <param name="Reference">As it stands on the command line.</param>
/// <param name="Base">The last commit that both sides have in common; its full hash.</param>
/// <param name="ChangedFiles">How many of the scanned files are not as they were there.</param>
/// <param name="LeftOut">How many findings and problems the reports leave out.</param>
internal sealed record ChangeSummary(string Reference, string Base, int ChangedFiles, int LeftOut);
