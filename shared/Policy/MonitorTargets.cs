using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// What a ServiceMonitor or PodMonitor of the Prometheus operator asks for: labels, in namespaces that it names. Only
/// <c>matchLabels</c> count, as in kube-linter.
/// </summary>
internal sealed class MonitorTargets
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly bool isAnywhere;

    public MonitorTargets(Subject subject)
    {
        var namespaces = subject.Spec[Name.NamespaceSelector];
        isAnywhere = namespaces[Name.Any].IsTrue;
        foreach (var name in namespaces[Name.MatchNames].Elements)
        {
            names.Add(name.Text ?? "");
        }

        Labels = LabelSelector.OfLabels(subject.Spec[Name.Selector][Name.MatchLabels]);
    }

    public LabelSelector Labels { get; }

    /// <summary>True when neither labels nor namespaces are named: such a monitor was not finished.</summary>
    public bool AsksForNothing => Labels.IsEmpty && !HasNamespaces;

    private bool HasNamespaces => isAnywhere || names.Count > 0;

    /// <summary>Where to look; null for everywhere. Without namespaces, any will do: the monitor's own may be filled in later.</summary>
    public IEnumerable<string?> Namespaces => !HasNamespaces || isAnywhere ? new string?[] { null } : names;

    /// <summary><c>app=web</c>, or <c>app=web in the namespaces a, b</c>.</summary>
    public override string ToString() => names.Count > 0 && !isAnywhere ? $"{Labels} in the namespaces {string.Join(", ", names)}" : $"{Labels}";
}
