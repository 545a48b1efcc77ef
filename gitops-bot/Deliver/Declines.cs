using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What people do not want, as the forge remembers it: what they have closed, and what they have merged and taken back. It
/// stays so, finding by finding, until the object or the rule is another one. What the bot itself has done is no other
/// object: an object is followed through what of the bot's was merged. What the bot itself has closed is no decline: it
/// bears a label.
/// </summary>
internal sealed class Declines
{
    /// <summary>Set before the bot closes something for want of findings.</summary>
    public const string WithdrawnLabel = $"{LabelNames.OwnPrefix}withdrawn";

    private readonly Dictionary<FindingId, List<(string? File, int Number)>> declined = [];

    /// <summary>For what an object is now, what it was before something of ours was merged.</summary>
    private readonly Dictionary<string, HashSet<string>> before = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<FindingId, int> revived;
    private readonly IReadOnlySet<string> files;

    /// <param name="revived">Findings that somebody wants to see again, with the number that was the last when they said so: what is closed later is declined anew.</param>
    /// <param name="files">Those that there are, by <see cref="FindingId.OfFile"/>.</param>
    public Declines(ForgeView forge, IReadOnlyDictionary<FindingId, int> revived, IReadOnlySet<string> files, DateTimeOffset now)
    {
        (this.revived, this.files) = (revived, files);
        var closed = forge.ClosedRequests.Select(each => (each.Number, each.Body, each.Labels)).Concat(forge.ClosedIssues.Select(each => (each.Number, each.Body, each.Labels)));
        foreach (var (number, body, labels) in closed.Where(each => !each.Labels.Contains(WithdrawnLabel, StringComparer.OrdinalIgnoreCase)))
        {
            if (DeliveryNote.Find(body) is { } note && !(note.Until <= now))
            {
                Add(note, number);
            }
        }

        foreach (var merged in forge.MergedRequests)
        {
            if (DeliveryNote.Find(merged.Body) is { } note)
            {
                // An object that is again just what it was before a merge was put back by somebody, who had a reason.
                Add(note, merged.Number);
                foreach (var (from, to) in note.Moves)
                {
                    (before.TryGetValue(to, out var all) ? all : before[to] = new(StringComparer.Ordinal)).Add(from);
                }
            }
        }
    }

    /// <param name="file">Where the finding is now: two files can hold the same object, and are declined apart.</param>
    public bool Contains(FindingId id, string file)
    {
        var name = FindingId.OfFile(file);
        var seen = new HashSet<string>(StringComparer.Ordinal) { id.Content };
        var open = new Queue<string>(seen);
        var wanted = 0;
        var last = 0;
        while (open.TryDequeue(out var content))
        {
            wanted = Math.Max(wanted, revived.GetValueOrDefault(id with { Content = content }));
            foreach (var (where, number) in declined.GetValueOrDefault(id with { Content = content }) ?? [])
            {
                if (where is null || where == name || !files.Contains(where))
                {
                    last = Math.Max(last, number);
                }
            }

            foreach (var earlier in before.GetValueOrDefault(content) ?? [])
            {
                if (seen.Add(earlier))
                {
                    open.Enqueue(earlier);
                }
            }
        }

        return last > wanted;
    }

    private void Add(DeliveryNote note, int number)
    {
        foreach (var id in note.Findings)
        {
            (declined.TryGetValue(id, out var all) ? all : declined[id] = []).Add((note.File, number));
        }
    }
}
