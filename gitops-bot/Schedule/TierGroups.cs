using SelfHealGitOps.Bot.Propose;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Fixes of one file that one person, or two, may let pass together.</summary>
/// <param name="Tier">Before anything is proved.</param>
internal sealed record TierGroup(Tier Tier, IReadOnlyList<ProposedFix> Fixes, Change Change);

/// <summary>
/// Sorts a file's fixes by who has to let them pass, so that what is safe never waits for what is not. Together, fixes can
/// weigh more than each by itself: one that would lift its group out of its tier comes later, when the group is merged, and
/// asks nobody for more than it needs.
/// </summary>
internal static class TierGroups
{
    /// <summary>In one group: nobody reviews more at once.</summary>
    public const int MostFixes = 200;

    /// <param name="changeOf">What fixes of one object change together, and reach.</param>
    /// <returns>The groups, and the fixes that come after them.</returns>
    public static (IReadOnlyList<TierGroup> Groups, IReadOnlyList<ProposedFix> Later) Of(
        IEnumerable<ProposedFix> fixes, Func<IReadOnlyList<ProposedFix>, Change> changeOf)
    {
        var groups = new SortedDictionary<Tier, Growing>();
        var later = new List<ProposedFix>();
        var weighed = fixes.Select((fix, i) => (Fix: fix, Place: i, BlastRadius.Of(changeOf([fix])).Score))
            .OrderByDescending(each => each.Fix.Finding.Rule.Severity).ThenBy(each => each.Score).ThenBy(each => each.Place);
        foreach (var (fix, _, score) in weighed)
        {
            var tier = Tiers.Of(score);
            if (!groups.TryGetValue(tier, out var group))
            {
                groups.Add(tier, group = new Growing());
            }

            if (group.Fixes.Count == MostFixes || !group.TryAdd(fix, changeOf, tier))
            {
                later.Add(fix);
            }
        }

        return ([.. groups.Select(group => new TierGroup(group.Key, group.Value.Fixes, Change.Union(group.Value.Changes)))], later);
    }

    private sealed class Growing
    {
        private readonly Dictionary<(int Document, int? Item), (List<ProposedFix> Fixes, Change Change)> objects = [];

        public List<ProposedFix> Fixes { get; } = [];

        public IEnumerable<Change> Changes => objects.Values.Select(each => each.Change);

        /// <summary>One object's pods are counted once, however many fixes it gets.</summary>
        public bool TryAdd(ProposedFix fix, Func<IReadOnlyList<ProposedFix>, Change> changeOf, Tier tier)
        {
            var key = (fix.Finding.Origin.Document, fix.Finding.Origin.Item);
            List<ProposedFix> own = objects.TryGetValue(key, out var known) ? [.. known.Fixes, fix] : [fix];
            var change = changeOf(own);
            var together = Change.Union(objects.Where(each => each.Key != key).Select(each => each.Value.Change).Append(change));
            if (tier != Tier.Blocked && Tiers.Of(BlastRadius.Of(together).Score) > tier)
            {
                return false;
            }

            objects[key] = (own, change);
            Fixes.Add(fix);
            return true;
        }
    }
}
