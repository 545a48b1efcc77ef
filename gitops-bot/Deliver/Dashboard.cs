using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>The one issue of a repository that shows all there is: what is open, what waits and why, what was declined, what nobody can mend.</summary>
internal sealed partial record Dashboard
{
    public const string Title = "SelfHeal dashboard";

    private const int MostLines = 30;

    /// <summary>Of one section, in characters, about: all of them and what is noted below have to fit into one issue.</summary>
    private const int MostLength = 8_000;

    private const int MostRules = 10;
    private const int MostRevived = 500;

    public required string Commit { get; init; }

    public required string Base { get; init; }

    /// <summary>Pull requests and issues that are open: title, where, and a word on each.</summary>
    public IReadOnlyList<(string Title, string Where, string Note)> Open { get; init; } = [];

    /// <summary>
    /// Verified, and held by a limit, the next one first. A tick delivers them all the same. What their rank is made of is
    /// left to <c>selfheal rank</c>: it grows with every minute, and an issue that is edited in every pass is read by nobody.
    /// </summary>
    public IReadOnlyList<(ScheduledItem Item, string Title)> Waiting { get; init; } = [];

    /// <summary>Closed by people. A tick takes that back.</summary>
    public IReadOnlyList<(FindingId Id, string Text)> Declined { get; init; } = [];

    /// <summary>What was taken back so far: with each, the last number of the forge at that time.</summary>
    public IReadOnlyDictionary<FindingId, int> Revived { get; init; } = new Dictionary<FindingId, int>();

    /// <summary>How many findings of which files come when another change of the file is merged.</summary>
    public IReadOnlyList<(string File, int Count)> Later { get; init; } = [];

    /// <summary>By file, with the reasons.</summary>
    public IReadOnlyList<RefusedFindings> Refused { get; init; } = [];

    /// <summary>Files that could not be read, limits that hold everything, evidence that could not be had.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What a dashboard's text remembers as taken back.</summary>
    public static IReadOnlyDictionary<FindingId, int> RevivedIn(string body)
    {
        var revived = new Dictionary<FindingId, int>();
        foreach (var pair in Revivals().Matches(body).SelectMany(match => match.Groups[1].Value.Split(' ')))
        {
            if (pair.Split(':') is [var text, var number] && FindingId.TryParse(text, out var id)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                revived[id] = Math.Max(last, revived.GetValueOrDefault(id));
            }
        }

        return revived;
    }

    /// <summary>As the next pass will see it.</summary>
    public static Dashboard Of(Pass pass, DeliveryLog log)
    {
        var titles = pass.Titles;
        return new()
        {
            Commit = pass.Scan.Commit,
            Base = pass.Scan.Branch.Text,
            Open = log.Open,
            Waiting = [.. pass.Queue.Where(item => !item.IsAdmitted).Select(item => (item, titles.GetValueOrDefault(item.Item.Id) ?? item.Item.Target))],
            Declined = [.. pass.Files.SelectMany(file => file.DeclinedWith(log.Snoozed)).Select(each => (each.Id, $"{each.Finding.Rule.Id} in {each.Finding.Object} ({each.Finding.Origin.File}:{each.Finding.Origin.Line})"))],
            Later = [.. pass.Files.Where(file => file.Later.Count > 0).Select(file => (file.Plan.Target.File, file.Later.Count))],
            Refused = [.. pass.Files.Select(file => file.RefusedBut(log.Snoozed)).OfType<RefusedFindings>()],
            Problems = [.. pass.Problems, .. log.Events.Where(each => each.Act == PassAct.Failed).Select(each => $"{each.What}: {each.Why}")],
            Revived = pass.Dashboard.Revived,
        };
    }

    public string Body
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"What the bot sees on {Markdown.Code(Base)} at {Markdown.Code(Commit[..12])}. Tick a box, and the next pass does it.\n\n");
            Section("Open", Open, open => $"- {Markdown.Code(open.Title)} · {open.Note} · {open.Where}\n");
            Section("Waiting", Waiting, each => Controls.Box(
                Controls.Deliver, each.Item.Item.Id, $"deliver now: {Markdown.Code(each.Title)} · {Tiers.Word(each.Item.Item.Tier)} {each.Item.Item.Score} · {Markdown.Code(each.Item.HeldBy ?? "")}") + "\n");
            Section("Later", Later, each => string.Create(CultureInfo.InvariantCulture, $"- {Markdown.Code(each.File)}: {each.Count} that come when what is open for it is merged\n"));
            Section("Declined", Declined, each => Controls.Box(Controls.Revive, each.Id.ToString(), $"propose again: {Markdown.Code(each.Text)}") + "\n");
            Section("To be decided", Refused, file =>
                $"- {Markdown.Code(file.Target.File)}: {string.Join(", ", file.Findings.CountBy(each => (each.Finding.Rule.Id, each.Refusal.Code)).Take(MostRules).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} × {Markdown.Code(pair.Key.Id)} `{Words.Of(pair.Key.Code)}`")))}\n");
            Section("Problems", Problems, each => $"- {Markdown.Code(each)}\n");
            if (Open.Count + Waiting.Count + Later.Count + Declined.Count + Refused.Count + Problems.Count == 0)
            {
                text.Append("Nothing is wrong.\n\n");
            }

            text.Append("The bot keeps this issue up to date. Closing it makes the bot go on without it.");
            return Revived.Count == 0
                ? text.ToString()
                : text.Append(CultureInfo.InvariantCulture, $"\n\n<!-- selfheal:revived {string.Join(' ', Revived.OrderByDescending(pair => pair.Value).Take(MostRevived).Select(pair => $"{pair.Key}:{pair.Value}").Order(StringComparer.Ordinal))} -->").ToString();

            void Section<T>(string title, IReadOnlyList<T> all, Func<T, string> line)
            {
                if (all.Count == 0)
                {
                    return;
                }

                text.Append(CultureInfo.InvariantCulture, $"### {title} ({all.Count})\n\n");
                var (start, shown) = (text.Length, 0);
                foreach (var each in all.Take(MostLines).TakeWhile(_ => text.Length - start < MostLength))
                {
                    text.Append(line(each));
                    shown++;
                }

                text.Append(all.Count > shown ? $"- and {all.Count - shown} more\n\n" : "\n");
            }
        }
    }

    [GeneratedRegex("^<!-- selfheal:revived ([0-9a-f: -]+) -->", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Revivals();
}
