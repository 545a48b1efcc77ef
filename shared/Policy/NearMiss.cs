namespace SelfHealGitOps.Policy;

/// <summary>Names the pod that nearly has the labels that a selector wants: mostly that is where the mistake is.</summary>
internal static class NearMiss
{
    /// <summary>Among more pods nobody would believe that the nearest is the one that was meant.</summary>
    private const int MostLookedAt = 200;

    /// <summary>
    /// <c> (Deployment web has app=web, the selector wants app=wbe)</c>; or where the labels are all there, but in another
    /// namespace. Empty where nothing comes near.
    /// </summary>
    /// <param name="name">A workload of this name is looked at in any case; null for none.</param>
    public static string Of(ObjectSet set, string @namespace, LabelSelector wanted, string? name)
    {
        if (!wanted.IsEmpty && set.PodsMatching(null, wanted).FirstOrDefault() is { } elsewhere)
        {
            var place = elsewhere.Owner.Namespace.Length > 0 ? $"in the namespace {elsewhere.Owner.Namespace}" : "and names no namespace";
            return $" ({elsewhere.Owner.Kind} {elsewhere.Owner.Name} has them, {place})";
        }

        var named = name is null ? [] : set.WorkloadsNamed(@namespace, name).SelectMany(each => each.Pods.Select(pod => new SetPod(each, pod)));
        var candidates = named
            .Concat(set.PodsSharing(@namespace, wanted).Take(MostLookedAt))
            .Concat(set.PodsIn(@namespace).Take(MostLookedAt));
        List<KeyValuePair<string, string>> pairs = [.. wanted.Pairs];
        SetPod? nearest = null;
        var most = 0;
        foreach (var pod in candidates)
        {
            var score = Score(pod, pairs, name);
            if (score > most)
            {
                (nearest, most) = (pod, score);
            }
        }

        if (nearest is null)
        {
            return "";
        }

        var differing = pairs.FindAll(pair => LabelSelector.ValueOf(nearest.Labels, pair.Key) != pair.Value);
        return differing.Count == 0
            ? $" ({nearest.Owner.Identity} has {string.Join(", ", pairs.Select(Describe))}, but does not meet the expressions)"
            : $" ({nearest.Owner.Identity} has {string.Join(", ", differing.Select(pair => Seen(nearest, pair)))}, the selector wants {string.Join(", ", differing.Select(Describe))})";
    }

    /// <summary>How near a pod comes: 0 where it has neither a label that is wanted, nor nearly one, nor the name.</summary>
    private static int Score(SetPod pod, List<KeyValuePair<string, string>> pairs, string? name)
    {
        var score = name is not null && pod.Owner.Name == name ? 2 : 0;
        foreach (var (key, wanted) in pairs)
        {
            var value = LabelSelector.ValueOf(pod.Labels, key);
            score += value == wanted ? 4
                : value is not null && Alike.Is(value, wanted) ? 3
                : value is null && KeyOf(pod, wanted) is not null ? 2
                : 0;
        }

        return score;
    }

    /// <summary>What the pod has in place of a label: another value, or the value under another key.</summary>
    private static string Seen(SetPod pod, KeyValuePair<string, string> wanted) =>
        LabelSelector.ValueOf(pod.Labels, wanted.Key) is { } value ? $"{wanted.Key}={value}"
        : KeyOf(pod, wanted.Value) is { } key ? $"{key}={wanted.Value}"
        : $"no {wanted.Key}";

    private static string? KeyOf(SetPod pod, string value)
    {
        foreach (var label in pod.Labels.Entries)
        {
            if (value.Length > 0 && label.Value.Text == value)
            {
                return label.Key;
            }
        }

        return null;
    }

    private static string Describe(KeyValuePair<string, string> pair) => $"{pair.Key}={pair.Value}";
}
