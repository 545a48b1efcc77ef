using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Whether edits replace the pods of an object.</summary>
internal static class Restart
{
    // Of these, the API server takes no other value: the object is made anew, and its pods with it.
    private static readonly string[] Immutable = ["selector", "volumeClaimTemplates", "serviceName", "podManagementPolicy", "completionMode"];

    /// <param name="target">An object that is a pod or makes pods; of all others the answer is no.</param>
    /// <returns>Null where nobody knows what is edited.</returns>
    public static bool? IsNeeded(SetObject target, IReadOnlyList<Edit> edits) =>
        !target.HasPod ? false
        : edits.Count == 0 ? null
        : edits.Any(edit => ReplacesPods(target, edit.Path));

    private static bool ReplacesPods(SetObject target, FieldPath path)
    {
        if (path.Steps is [PathStep.Key("metadata"), PathStep.Key(var own), ..] && own is "labels" or "annotations")
        {
            return false;
        }

        if (target.Kind == "Pod" || path.Steps is [PathStep.Key("metadata"), ..])
        {
            // A pod never changes but by another one; another name or namespace is another object.
            return true;
        }

        return (path.Steps is [PathStep.Key("spec"), PathStep.Key(var field), ..] && Immutable.Contains(field, StringComparer.Ordinal))
            || target.Pods.Any(pod => Touches(path, pod.Spec.Path) || Touches(path, pod.Metadata.Path));
    }

    private static bool Touches(FieldPath path, FieldPath place) => path.StartsWith(place) || place.StartsWith(path);
}
