using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The terms of a pod's <c>podAntiAffinity</c>, and whether they keep the replicas of its workload apart.</summary>
internal static class AntiAffinity
{
    public const string Hostname = "kubernetes.io/hostname";

    /// <summary>The greatest there is: spreading by node outweighs whatever else the pod would rather have.</summary>
    private const long Weight = 100;

    /// <summary>The topology keys by which replicas are apart unless the owner says otherwise.</summary>
    public static Pattern ByNode { get; } = new($"^{Hostname.Replace(".", @"\.", StringComparison.Ordinal)}$");

    public static Field Preferred(Subject subject) =>
        subject.Pod.Spec[Name.Affinity][Name.PodAntiAffinity][Name.PreferredDuringSchedulingIgnoredDuringExecution];

    public static Field Required(Subject subject) =>
        subject.Pod.Spec[Name.Affinity][Name.PodAntiAffinity][Name.RequiredDuringSchedulingIgnoredDuringExecution];

    public static bool HasTerms(Subject subject) => Preferred(subject).Count > 0 || Required(subject).Count > 0;

    /// <summary>True where one of the terms keeps the replicas apart.</summary>
    /// <param name="topologyKey">By which topology keys replicas count as apart.</param>
    public static bool Spreads(Subject subject, Pattern topologyKey)
    {
        foreach (var term in Preferred(subject).Elements)
        {
            if (Problem(subject, term[Name.PodAffinityTerm], topologyKey) is null)
            {
                return true;
            }
        }

        foreach (var term in Required(subject).Elements)
        {
            if (Problem(subject, term, topologyKey) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why a term does not keep the replicas apart, or null where it does.</summary>
    public static string? Problem(Subject subject, Field term, Pattern topologyKey)
    {
        var key = term[Name.TopologyKey];
        var selector = PodSelector.Of(term[Name.LabelSelector]);
        return !IsInNamespace(subject, term[Name.Namespaces]) ? "leaves out the namespace of the pod"
            : !selector.IsValid ? "has an expression that no label can meet"
            : !topologyKey.IsMatch(key.Utf8) && !TemplateText.IsExpression(key.Utf8) ? $"goes by the topology key {Seen.Of(key)}"
            : !selector.Matches(subject.Pod.Metadata[Name.Labels]) ? "does not find the labels of the pod"
            : null;
    }

    /// <summary>
    /// Adds a term that prefers a node of its own for each replica, by the labels of the workload's selector: they find
    /// its pods and no others. Null where the selector has none, or none that the template carries.
    /// </summary>
    public static Edit? Adding(Subject subject)
    {
        var selector = Workloads.PodSelector(subject, Workloads.Of(subject));
        return selector.MatchLabels.Count > 0 && selector.Matches(subject.Pod.Metadata[Name.Labels])
            ? new Edit.Append(Preferred(subject).Path, Term(selector.MatchLabels))
            : null;
    }

    /// <summary>No namespaces stand for the pod's own.</summary>
    private static bool IsInNamespace(Subject subject, Field namespaces)
    {
        foreach (var name in namespaces.Elements)
        {
            if (name.Utf8.SequenceEqual(subject.Metadata[Name.Namespace].Utf8))
            {
                return true;
            }
        }

        return namespaces.Count == 0;
    }

    private static Value.Map Term(Field matchLabels)
    {
        var labels = new List<KeyValuePair<string, Value>>();
        foreach (var label in matchLabels.Entries)
        {
            labels.Add(new(label.Key, label.Value.Text ?? ""));
        }

        return new Value.Map(
        [
            new("podAffinityTerm", new Value.Map(
            [
                new("labelSelector", new Value.Map([new("matchLabels", new Value.Map([.. labels]))])),
                new("topologyKey", Hostname),
            ])),
            new("weight", Weight),
        ]);
    }
}
