using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Who steers what happens to an object by annotations and labels: they can have it deleted, replaced or run before others.</summary>
internal static class SafeSteering
{
    private static readonly string[] Marks =
    [
        "argocd.argoproj.io/", "helm.sh/", "meta.helm.sh/", "fluxcd.io/", "config.kubernetes.io/", "kubectl.kubernetes.io/",
        "app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "kapp.k14s.io/", "config.k8s.io/",
    ];

    public static string? Broken(SafetyCase @case)
    {
        var marked = @case.Changes.Where(change => change.Path.Any(IsMark)).ToList();
        if (marked.Count == 0)
        {
            return null;
        }

        var spreading = SpreadingTerms(@case);
        return marked.Find(change => !(change.IsAdded && spreading.Exists(term => change.StartsWith([.. term])))) is { } broken ? $"{broken} is changed" : null;
    }

    private static bool IsMark(string step) => Marks.Any(mark => step.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The new terms that are, to the last field, those by which the rules keep a workload's replicas apart: they repeat
    /// its own selector, marks and all, and nothing is steered by that.
    /// </summary>
    private static List<IReadOnlyList<string>> SpreadingTerms(SafetyCase @case)
    {
        var terms = new List<IReadOnlyList<string>>();
        var subject = new Subject();
        subject.Load(@case.Pair.Before, @case.Candidate.Surroundings.Settings);
        do
        {
            if (subject.HasPod && AntiAffinity.Adding(subject) is Edit.Append { Path: var path, Value: var term } && Keys(path) is { } keys)
            {
                // Appended to the end of the terms that are there.
                List<string> place = [.. keys, FormattableString.Invariant($"[{(TreePath.Find(@case.Pair.BeforeTree, keys) as JsonArray)?.Count ?? 0}]")];
                if (JsonEquality.AreEqual(TreePath.Find(@case.Pair.AfterTree, place), term.ToJson()))
                {
                    terms.Add(place);
                }
            }
        }
        while (subject.NextPod());

        return terms;
    }

    /// <summary>Null for a path through a list.</summary>
    private static List<string>? Keys(FieldPath path)
    {
        var keys = new List<string>();
        foreach (var step in path.Steps)
        {
            if (step is not PathStep.Key(var key))
            {
                return null;
            }

            keys.Add(key);
        }

        return keys;
    }
}
