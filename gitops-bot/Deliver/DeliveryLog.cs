using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What a pass has delivered so far, and what is open after it.</summary>
internal sealed class DeliveryLog
{
    private readonly List<PassEvent> events = [];
    private readonly List<(string Title, string Where, string Note)> open = [];
    private readonly HashSet<FindingId> snoozed = [];
    private readonly HashSet<int> touched = [];

    public IReadOnlyList<PassEvent> Events => events;

    /// <summary>For the dashboard: title, where, and a word on each. By where they are, so that the pass that opened them shows them as the next one does.</summary>
    public IReadOnlyList<(string Title, string Where, string Note)> Open => [.. open.OrderBy(each => each.Where.Length).ThenBy(each => each.Where, StringComparer.Ordinal)];

    /// <summary>Declined for a while in this very pass.</summary>
    public IReadOnlySet<FindingId> Snoozed => snoozed;

    public void Note(PassAct act, string what, string? where, string? why = null) => events.Add(new(act, what, where, why));

    /// <summary>Of an action. Its issue is on the dashboard as long as it is open.</summary>
    public void Note(PassEvent done)
    {
        events.Add(done);
        if (done is { Where: { } where, Act: PassAct.Opened or PassAct.Updated or PassAct.Unchanged })
        {
            open.Add((done.What, where, done.Why ?? ""));
        }
    }

    /// <param name="tier">Null where it is not worked out in this pass.</param>
    public void Unchanged(string title, string where, Tier? tier, string? why = null)
    {
        events.Add(new(PassAct.Unchanged, title, where, why));
        open.Add((title, where, tier is { } known ? Tiers.Word(known) : ""));
    }

    public void Delivered(string title, Delivered.There there, Tier tier)
    {
        events.Add(new(there.IsNew ? PassAct.Opened : there.HasChanged ? PassAct.Updated : PassAct.Unchanged, title, there.Where, Tiers.Word(tier)));
        open.Add((title, there.Where, Tiers.Word(tier)));
        touched.Add(there.Number);
    }

    /// <param name="number">Null where no pull request was opened for the branch.</param>
    public void HandsOff(int? number, string title, string? where, string why)
    {
        events.Add(new(PassAct.HandsOff, title, where, why));
        if (number is { } known && where is not null)
        {
            open.Add((title, where, "somebody else's now"));
            touched.Add(known);
        }
    }

    public void Closed(PassAct act, int number, string title, string where, string why)
    {
        events.Add(new(act, title, where, why));
        open.RemoveAll(each => each.Where == where);
        touched.Add(number);
    }

    public void Snooze(IEnumerable<FindingId> findings) => snoozed.UnionWith(findings);

    /// <summary>Whether a pull request was made, moved, closed or left to somebody in this pass.</summary>
    public bool HasTouched(int number) => touched.Contains(number);
}
