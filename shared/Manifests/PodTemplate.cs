namespace SelfHealGitOps.Manifests;

/// <summary>The pod that an object is or makes: its spec and its metadata, of which a template may have none.</summary>
public readonly struct PodTemplate
{
    private PodTemplate(Field holder)
    {
        Metadata = holder[Name.Metadata];
        Spec = holder[Name.Spec];
    }

    public Field Metadata { get; }

    public Field Spec { get; }

    /// <summary>
    /// THE ONE LIST of kinds that hold a pod spec. Every rule and the webhook's registration go through it, so that no
    /// kind is judged in one place and forgotten in another. Group and kind are compared ordinally, as the API server does.
    /// </summary>
    public static bool TryFind(Field root, out PodTemplate template)
    {
        // A holder that is absent is not asked further: below a CronJob without a spec that would be five levels deep.
        template = TryFindHolder(root, out var holder) && holder.IsMap ? new PodTemplate(holder) : default;
        return template.Spec.IsMap;
    }

    /// <summary>True for an object of those kinds, be its pod spec there or not.</summary>
    public static bool IsHeldBy(Field root) => TryFindHolder(root, out _);

    /// <summary>Finds what holds a pod's metadata and spec.</summary>
    private static bool TryFindHolder(Field root, out Field holder)
    {
        holder = default;
        var type = ObjectType.Of(root);
        var kind = type.Kind;
        var group = type.Group;

        if (group.IsEmpty)
        {
            if (kind.SequenceEqual("Pod"u8))
            {
                holder = root;
            }
            else if (kind.SequenceEqual("PodTemplate"u8))
            {
                holder = root[Name.Template];
            }
            else if (kind.SequenceEqual("ReplicationController"u8))
            {
                holder = root[Name.Spec][Name.Template];
            }
            else
            {
                return false;
            }
        }
        else if (group.SequenceEqual("apps"u8) || group.SequenceEqual("extensions"u8))
        {
            if (!kind.SequenceEqual("Deployment"u8) && !kind.SequenceEqual("ReplicaSet"u8)
                && !kind.SequenceEqual("DaemonSet"u8) && !kind.SequenceEqual("StatefulSet"u8))
            {
                return false;
            }

            holder = root[Name.Spec][Name.Template];
        }
        else if (group.SequenceEqual("batch"u8))
        {
            if (kind.SequenceEqual("Job"u8))
            {
                holder = root[Name.Spec][Name.Template];
            }
            else if (kind.SequenceEqual("CronJob"u8))
            {
                holder = root[Name.Spec][Name.JobTemplate][Name.Spec][Name.Template];
            }
            else
            {
                return false;
            }
        }
        else
        {
            return false;
        }

        return true;
    }
}
