using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// What a change affects, as a Mermaid flow chart: the object in the middle, what leads to it on its left, what it leads to
/// on its right. The same change gives the same text. Names are written in letters and codes of characters, so that none
/// of them ends a label, a line or the block that the chart stands in.
/// </summary>
internal static class BlastGraph
{
    /// <summary>More nobody reads.</summary>
    public const int MostNodes = 25;

    private const int LongestLabel = 60;

    private static readonly string[][] Chains = [["ingresses", "services"], ["clusters", "applications", "overlays"], ["budget"], ["autoscaler"]];
    private static readonly string[] Ends = ["pods", "consumers", "claims"];

    /// <param name="target">The object, for people: <c>Deployment shop/web</c>.</param>
    public static string Of(string target, Change change)
    {
        var (live, git) = (change.Live, change.Git);
        Group[] left =
        [
            new("ingresses", "Ingresses and routes", live.Ingresses), new("services", "Services", live.Services),
            new("overlays", "Overlays", git.Overlays), new("applications", "Applications", git.Applications), new("clusters", "Clusters", git.Clusters),
        ];
        Group[] right = [new("consumers", "Consumers", live.Consumers), new("claims", "Volume claims", live.Claims)];
        var groups = left.Concat(right).Where(group => group.Names is not { Count: 0 }).ToList();
        var single = Singles(live);
        var each = groups.Count == 0 ? 0 : (MostNodes - 1 - single.Count) / groups.Count;

        var text = new StringBuilder("flowchart LR\n");
        text.Append(CultureInfo.InvariantCulture, $"  object[\"{Escape(target)}\"]\n");
        foreach (var group in groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph {group.Id}[\"{group.Title}\"]\n");
            var labels = Labels(group, each);
            for (var i = 0; i < labels.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {group.Id}{i}[\"{Escape(labels[i])}\"]\n");
            }

            text.Append("  end\n");
        }

        foreach (var (id, label) in single)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {id}([\"{Escape(label)}\"])\n");
        }

        foreach (var edge in Edges(groups.Select(group => group.Id).Concat(single.Select(node => node.Id)).ToHashSet(StringComparer.Ordinal)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {edge}\n");
        }

        return text.ToString();
    }

    private static List<(string Id, string Label)> Singles(LiveGraph live)
    {
        var nodes = new List<(string, string)>();
        if (live.Disruption is null or { Allowed: not null })
        {
            nodes.Add(("budget", live.Disruption switch
            {
                null => "Disruption budget: not known",
                { } known => $"Disruption budget: {known.Why(live.Replicas)}",
            }));
        }

        if (live.HasAutoscaler != false)
        {
            nodes.Add(("autoscaler", live.HasAutoscaler is null ? "Autoscaler: not known" : "Autoscaler"));
        }

        if (live.Replicas != 0)
        {
            nodes.Add(("pods", live.Replicas is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "pod" : "pods")}{(live.NeedsRestart == true ? ", replaced" : "")}") : "Pods: not known"));
        }

        return nodes;
    }

    /// <summary>As many as fit; the last says how many more there are.</summary>
    private static List<string> Labels(Group group, int most)
    {
        if (group.Names is not { } names)
        {
            return ["not known"];
        }

        var sorted = Names.Sorted(names);
        return sorted.Count <= most ? [.. sorted] : [.. sorted.Take(most - 1), string.Create(CultureInfo.InvariantCulture, $"and {sorted.Count - most + 1} more")];
    }

    /// <summary>From left to right; the way goes round what is not there.</summary>
    private static IEnumerable<string> Edges(HashSet<string> there)
    {
        foreach (var chain in Chains)
        {
            string[] way = [.. chain.Where(there.Contains), "object"];
            for (var i = 0; i + 1 < way.Length; i++)
            {
                yield return $"{way[i]} --> {way[i + 1]}";
            }
        }

        foreach (var end in Ends.Where(there.Contains))
        {
            yield return $"object --> {end}";
        }
    }

    private static string Escape(string label)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var rune in label.EnumerateRunes())
        {
            if (++count > LongestLabel)
            {
                text.Append("#8230;");
                break;
            }

            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '/' or '.' or '-' or ':' or ','))
            {
                text.Append(rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }

        return text.ToString();
    }

    private sealed record Group(string Id, string Title, IReadOnlyList<string>? Names);
}
