using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Whether those who have to have said yes, to this very commit.</summary>
/// <param name="Missing">What is still wanted, for people; null where nothing is.</param>
/// <param name="IsRefused">Somebody who may has asked for changes.</param>
internal sealed record Approvals(IReadOnlyList<string> By, string? Missing, bool IsRefused)
{
    public const string Context = "selfheal/approvals";

    public bool AreGiven => Missing is null && !IsRefused;

    /// <summary>For the forge, so that it can be made a condition of merging.</summary>
    public CommitStatus Status => new(
        Context,
        AreGiven ? CheckState.Success : IsRefused ? CheckState.Failure : CheckState.Pending,
        IsRefused ? "changes are requested" : Missing ?? (By.Count == 0 ? "none is needed" : $"approved by {string.Join(", ", By)}"));

    /// <summary>
    /// The last word of each reviewer counts, and only about the commit at hand: with any change, approvals fall. Somebody
    /// who may not write to the repository counts for nothing, whatever the forge shows.
    /// </summary>
    /// <param name="owners">
    /// As CODEOWNERS names them. A team or an address stands for people that nobody can tell from here: for tier dual only
    /// users named by themselves count, and for tier human whoever may write, once such a one is among the owners.
    /// </param>
    public static Approvals Of(Tier tier, IReadOnlyList<string> owners, IReadOnlyList<Review> reviews, string head)
    {
        var last = new Dictionary<string, Review>(StringComparer.OrdinalIgnoreCase);
        foreach (var review in reviews)
        {
            // A comment takes back neither yes nor no.
            if (review is { Reviewer: { Length: > 0 } reviewer, State: not ReviewState.Commented, HasWriteAccess: not false })
            {
                last[reviewer] = review;
            }
        }

        var isRefused = last.Values.Any(review => review.State == ReviewState.ChangesRequested);
        string[] yes = [.. last.Values.Where(review => review.State == ReviewState.Approved && review.Sha == head).Select(review => review.Reviewer!).Order(StringComparer.OrdinalIgnoreCase)];
        var named = Named(owners);
        switch (tier)
        {
            case Tier.Auto:
                return new(yes, null, isRefused);
            case Tier.Human:
                var isAnyone = IsAnyones(owners);
                string[] entitled = isAnyone ? yes : [.. yes.Where(named.Contains)];
                return new(entitled, entitled.Length > 0 ? null : $"one approval of this commit{(isAnyone ? "" : " by a code owner")}", isRefused);
            case Tier.Dual:
                // Where the forge does not say who may write, as the local one, nobody can be told from anybody.
                string[] counted = [.. yes.Where(reviewer => named.Contains(reviewer) && last[reviewer].HasWriteAccess == true)];
                return new(counted, counted.Length >= 2 ? null : $"{2 - counted.Length} more approval{(counted.Length == 1 ? "" : "s")} of this commit by code owners{Lacking(owners)}", isRefused);
            default:
                return new([], "nobody may let this pass", isRefused);
        }
    }

    /// <summary>Whether whoever may write can let a change of tier human pass: nobody is named, or not all by themselves.</summary>
    public static bool IsAnyones(IReadOnlyList<string> owners) => owners.Count == 0 || Named(owners).Count < owners.Count;

    /// <summary>Why two code owners cannot be had, as the end of a sentence; empty where they can.</summary>
    public static string Lacking(IReadOnlyList<string> owners) =>
        Named(owners).Count >= 2 ? ""
        : owners.Count == 0 ? "; CODEOWNERS names nobody for this file"
        : "; CODEOWNERS has to name two people by themselves, for who is in a team is not known here";

    private static HashSet<string> Named(IReadOnlyList<string> owners) =>
        new(owners.Where(owner => owner.StartsWith('@') && !owner.Contains('/', StringComparison.Ordinal)).Select(owner => owner[1..]), StringComparer.OrdinalIgnoreCase);
}
