using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>What of an object a patch may touch. The API server refuses the rest, and with it the whole request.</summary>
internal static class Correctable
{
    /// <summary>True where some edit could go in: an object that is made, or of a kind whose template may change.</summary>
    public static bool Allows(in AdmissionRequest request) =>
        request.SubResource.Length == 0
        && !request.Object[Name.Metadata][Name.DeletionTimestamp].Exists
        && !IsComparedWithItsOwner(request.Object)
        && (request.Operation == AdmissionOperation.Create
            || (request.Operation == AdmissionOperation.Update && !MutablePart(request.Object).IsEmpty));

    /// <summary>True where this edit could go in. The identity of an object is nobody's to change.</summary>
    public static bool Allows(in AdmissionRequest request, Edit edit)
    {
        var steps = edit.Path.Steps;
        if (steps.Count == 0 || steps[0] is not PathStep.Key(var first) || first is "apiVersion" or "kind" or "status"
            || (first == "metadata" && (steps.Count == 1 || steps[1] is not PathStep.Key("labels" or "annotations"))))
        {
            return false;
        }

        if (request.Operation == AdmissionOperation.Create)
        {
            return true;
        }

        var mutable = MutablePart(request.Object);
        for (var i = 0; i < mutable.Length; i++)
        {
            if (i >= steps.Count || steps[i] is not PathStep.Key(var key) || key != NameTable.Text(mutable[i]))
            {
                return false;
            }
        }

        return !mutable.IsEmpty;
    }

    /// <summary>
    /// True for what a controller makes from a template of its own and knows again by it. A Deployment's controller that finds
    /// its ReplicaSet with another template makes another one, and another: what is wrong with the template is corrected
    /// where it is written, or on the pods, which nobody compares.
    /// </summary>
    private static bool IsComparedWithItsOwner(Field root)
    {
        var type = ObjectType.Of(root);
        if (type.Group.IsEmpty && type.Kind.SequenceEqual("Pod"u8))
        {
            return false;
        }

        foreach (var reference in root[Name.Metadata][Name.OwnerReferences].Elements)
        {
            if (reference[Name.Controller].IsTrue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The part of an object that may change once it exists, for the kinds of which that is documented; empty for all others: Pods, Jobs, custom resources.</summary>
    private static ReadOnlySpan<Name> MutablePart(Field root)
    {
        var type = ObjectType.Of(root);
        var isApps = type.Group.SequenceEqual("apps"u8);
        return (isApps && (type.Kind.SequenceEqual("Deployment"u8) || type.Kind.SequenceEqual("StatefulSet"u8)
                || type.Kind.SequenceEqual("DaemonSet"u8) || type.Kind.SequenceEqual("ReplicaSet"u8)))
            || (type.Group.IsEmpty && type.Kind.SequenceEqual("ReplicationController"u8)) ? [Name.Spec, Name.Template]
            : type.Group.SequenceEqual("batch"u8) && type.Kind.SequenceEqual("CronJob"u8) ? [Name.Spec, Name.JobTemplate]
            : type.Group.IsEmpty && type.Kind.SequenceEqual("PodTemplate"u8) ? [Name.Template]
            : default;
    }
}
