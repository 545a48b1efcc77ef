using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>The pod spec that a finding is about, and its container where it is about one.</summary>
internal sealed record PodPlace(Field Spec, Field? Container)
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>True for pods that anything ties to Windows, where an image's user has no number.</summary>
    public bool MayBeWindows =>
        Spec["os"]["name"].Text == "windows"
        || Spec["nodeSelector"]["kubernetes.io/os"].Text == "windows"
        || Spec["nodeSelector"]["beta.kubernetes.io/os"].Text == "windows"
        || Spec["securityContext"]["windowsOptions"].Exists
        || AllContainers().Exists(container => container["securityContext"]["windowsOptions"].Exists);

    /// <summary>False where a container names no image, as patches do.</summary>
    public bool IsWhole => AllContainers().TrueForAll(container => container["image"].Exists);

    /// <summary>Null where the pointer leads to no pod.</summary>
    public static PodPlace? Of(Field root, string pointer)
    {
        var way = FieldWalk.Along(root, pointer).ToList();
        for (var i = way.Count - 1; i > 0; i--)
        {
            // From the inside: the innermost list of containers is the pod's own.
            if (i + 1 < way.Count && Array.IndexOf(Lists, way[i].Key) >= 0 && way[i].Field.IsList && way[i + 1].Field.IsMap)
            {
                return new(way[i - 1].Field, way[i + 1].Field);
            }

            if (way[i].Key == "securityContext" && way[i - 1].Field["containers"].IsList)
            {
                return new(way[i - 1].Field, null);
            }
        }

        return null;
    }

    /// <summary>For which the pod's <c>runAsNonRoot</c> speaks.</summary>
    public List<Field> ContainersWithoutClaim() =>
        AllContainers().FindAll(container => !container["securityContext"]["runAsNonRoot"].Exists);

    private List<Field> AllContainers()
    {
        var all = new List<Field>();
        foreach (var list in Lists)
        {
            foreach (var container in Spec[list].Elements)
            {
                all.Add(container);
            }
        }

        return all;
    }
}
