using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What people have closed, as the forge remembers it. It stays closed, finding by finding, until the object or the rule is
/// another one. What the bot itself has closed is no decline: it bears a label.
/// </summary>
internal sealed class Declines
{
    /// <summary>Set before the bot closes something for want of findings.</summary>
    public const string WithdrawnLabel = $"{LabelNames.OwnPrefix}withdrawn";

    private readonly Dictionary<FindingId, (string Where, DateTimeOffset? Until)> declined = [];

    /// <param name="revived">Findings that somebody wants to see again, with the number that was the last when they said so: what is closed later is declined anew.</param>
    public Declines(
        IEnumerable<PullRequest> closedRequests, IEnumerable<Issue> closedIssues, IReadOnlyDictionary<FindingId, int> revived, DateTimeOffset now)
    {
        foreach (var (number, body, labels, where) in closedRequests.Select(each => (each.Number, each.Body, each.Labels, each.Where))
            .Concat(closedIssues.Select(each => (each.Number, each.Body, each.Labels, each.Where))))
        {
            if (labels.Contains(WithdrawnLabel, StringComparer.OrdinalIgnoreCase)
                || DeliveryNote.Find(body) is not { } note
                || note.Until <= now)
            {
                continue;
            }

            foreach (var id in note.Findings.Where(id => number > revived.GetValueOrDefault(id)))
            {
                declined[id] = (where, note.Until);
            }
        }
    }

    public bool Contains(FindingId id) => declined.ContainsKey(id);

    /// <summary>What to say of it: where it was closed, and until when it stays so.</summary>
    public (string Where, DateTimeOffset? Until)? Of(FindingId id) => declined.TryGetValue(id, out var found) ? found : null;
}
