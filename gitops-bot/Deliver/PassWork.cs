using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What all that deliver for a pass work on.</summary>
/// <param name="Settings">With a forge that writes under the lease of the pass alone.</param>
internal sealed record PassWork(Clone Git, HealingSettings Settings, Pass Pass, Ledger Ledger, TimeProvider Clock, DeliveryLog Log)
{
    public PullRequestDelivery Requests { get; } = new(Git, Settings.Forge, Settings.Author, Clock, Settings.SignsOff);

    /// <summary>Asks the gates.</summary>
    public required Func<Proposal.Edits, CancellationToken, Task<Verification>> VerifyAsync { get; init; }

    /// <summary>Whether none of what a note lists was found, and none of it may be hidden in a file that could not be read.</summary>
    public bool AreGone(DeliveryNote note)
    {
        var identities = IdentitiesOf(note);
        return !Pass.Scan.Result.Problems.Any(problem => IsAbout(note, problem.File)) && !Pass.Scan.Refused.Any(path => IsAbout(note, path.Path))
            && !Pass.Files.Where(file => IsAbout(note, file.Plan.Target.File)).SelectMany(file => file.Plan.Found).Any(id => identities.Contains(id.Identity));
    }

    /// <summary>Whether some of what a note lists is proposed by another pull request now: of another tier, or for other owners.</summary>
    public bool GoAnotherWay(DeliveryNote note)
    {
        var identities = IdentitiesOf(note);
        return Pass.Files.Where(file => IsAbout(note, file.Plan.Target.File))
            .SelectMany(file => file.Changes.SelectMany(change => change.Ids).Concat(file.Standing.SelectMany(standing => standing.Change.Ids)))
            .Any(id => identities.Contains(id.Identity));
    }

    private static HashSet<string> IdentitiesOf(DeliveryNote note) => note.Findings.Select(id => id.Identity).ToHashSet(StringComparer.Ordinal);

    private static bool IsAbout(DeliveryNote note, string file) => note.File is null || note.File == FindingId.OfFile(file);
}
