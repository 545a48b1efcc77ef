using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>The dashboard as people left it.</summary>
/// <param name="IsClosed">Somebody has closed it: the bot goes on without it.</param>
/// <param name="Deliver">Keys of waiting changes that somebody wants now.</param>
/// <param name="Revived">Declined findings that somebody wants to see again, ticked now or earlier.</param>
internal sealed record DashboardView(Fingerprint Fingerprint, bool IsClosed, IReadOnlySet<string> Deliver, IReadOnlyDictionary<FindingId, int> Revived)
{
    public static DashboardView Of(ForgeView forge, string repository, string @base)
    {
        var fingerprint = DeliveryKey.OfDashboard(repository, @base);
        if (forge.OpenIssue(fingerprint) is not { } issue)
        {
            return new(fingerprint, forge.ClosedIssues.Any(each => each.Fingerprint == fingerprint), new HashSet<string>(), new Dictionary<FindingId, int>());
        }

        var revived = Dashboard.RevivedIn(issue.Body).ToDictionary();
        foreach (var text in Controls.Values(issue.Body, Controls.Revive))
        {
            if (FindingId.TryParse(text, out var id))
            {
                revived[id] = forge.LastNumber;
            }
        }

        return new(fingerprint, IsClosed: false, Controls.Values(issue.Body, Controls.Deliver), revived);
    }
}
