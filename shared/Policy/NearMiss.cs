namespace SelfHealGitOps.Policy;

/// <summary>Names the pod that nearly has the labels that a selector wants: mostly that is where the mistake is.</summary>
internal static class NearMiss
{
    /// <summary>Among more pods nobody would believe that the nearest is the one that was meant.</summary>
    private const int MostLookedAt = 200;

    /// <summary><c> (Deployment web has app=web, the selector wants app=wbe)</c>; empty where nothing comes near.</summary>
    public static string Of(IEnumerable<SetPod> pods, LabelSelector wanted)
    {
        SetPod? nearest = null;
        var most = 0;
        foreach (var pod in pods.Take(MostLookedAt))
        {
            // A label of the same name counts a little, the same value more.
            var score = wanted.Pairs.Sum(pair => LabelSelector.ValueOf(pod.Labels, pair.Key) is not { } value ? 0 : value == pair.Value ? 3 : 1);
            if (score > most)
            {
                (nearest, most) = (pod, score);
            }
        }

        if (nearest is null)
        {
            return "";
        }

        var differing = wanted.Pairs.Where(pair => LabelSelector.ValueOf(nearest.Labels, pair.Key) != pair.Value).ToList();
        var seen = string.Join(", ", differing.Select(pair => LabelSelector.ValueOf(nearest.Labels, pair.Key) is { } value ? $"{pair.Key}={value}" : $"no {pair.Key}"));
        return $" ({nearest.Owner.Identity} has {seen}, the selector wants {string.Join(", ", differing.Select(pair => $"{pair.Key}={pair.Value}"))})";
    }
}
