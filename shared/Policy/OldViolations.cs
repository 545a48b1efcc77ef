using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Which findings of an object that is updated were there before, and are no worse: the same rule at the same place (list
/// and name of the container, not its index) with the same message and value. A finding in a container counts as old only
/// while the container's image, command, arguments and security context are what they were, and its pod's security
/// context; a finding of a pod while that is true of all its containers. What is new is judged, always: the old object
/// only says what nobody has to answer for again.
/// </summary>
/// <param name="mostPerRule">How many findings of one rule are told apart; beyond it none of them is old.</param>
public sealed class OldViolations(int mostPerRule = int.MaxValue)
{
    private static readonly Name[] WhatRuns = [Name.Image, Name.Command, Name.Args, Name.SecurityContext];

    private readonly Subject subject = new();
    private readonly FindingList found = new(mostPerRule);
    private readonly HashSet<(string Rule, string Path, string Message)> keys = [];
    private Field now;
    private Field before;

    /// <summary>True when the update leaves all that decides as it was: everything but metadata and status.</summary>
    public bool LeavesSpec { get; private set; }

    /// <summary>True when labels and annotations are as they were, too.</summary>
    public bool LeavesLabels =>
        FieldEquality.AreEqual(now[Name.Metadata][Name.Labels], before[Name.Metadata][Name.Labels])
        && FieldEquality.AreEqual(now[Name.Metadata][Name.Annotations], before[Name.Metadata][Name.Annotations]);

    /// <summary>Judges the object as it was.</summary>
    /// <exception cref="OverdueException">The deadline is over.</exception>
    public void Load(RuleSet rules, PolicySettings settings, Field newObject, Field oldObject, Deadline deadline = default)
    {
        found.Deadline = deadline;
        (now, before) = (newObject, oldObject);
        keys.Clear();
        LeavesSpec = oldObject.IsMap && FieldEquality.AreEqualBut(newObject, oldObject, Name.Metadata, Name.Status);
        if (!oldObject.IsMap)
        {
            return;
        }

        subject.Load(oldObject, settings);
        rules.Check(subject, null, found);
        foreach (var finding in found)
        {
            keys.Add((finding.Rule.Id, finding.Path.ToString(), finding.Message));
        }
    }

    /// <summary>True for a finding of the new object that the old one had in the very same words, of the very same value.</summary>
    public bool IsUnchanged(Finding finding) =>
        keys.Contains((finding.Rule.Id, finding.Path.ToString(), finding.Message)) && (IsOfAllLabels(finding.Path) || AreEqualAt(finding.Path));

    /// <summary>True for a finding that is old and no worse, in a container that still runs the same.</summary>
    public bool Covers(Finding finding)
    {
        if (!IsUnchanged(finding))
        {
            return false;
        }

        // What a role or a binding grants is granted by the whole of it: another subject or verb makes the same words worse.
        if (ObjectType.Of(now).Group is var group && (group.SequenceEqual("rbac.authorization.k8s.io"u8) || group.SequenceEqual("security.openshift.io"u8)))
        {
            return LeavesSpec;
        }

        var steps = finding.Path.Steps;
        for (var i = 1; i < steps.Count; i++)
        {
            if (steps[i - 1] is PathStep.Key("containers" or "initContainers" or "ephemeralContainers") && steps[i] is not PathStep.Key)
            {
                return RunsTheSame(new(steps[..(i - 1)]), new(steps[..(i + 1)]));
            }
        }

        // What is said of a pod is said of each of its containers.
        return PodsAbove(finding.Path).All(RunTheSame);
    }

    /// <summary>
    /// True for a place that stands for all labels or annotations: what is said there is that one is wanted which is absent,
    /// by name, and that another comes or goes is no change of that. A value that is found fault with has a place of its own.
    /// </summary>
    private static bool IsOfAllLabels(FieldPath path) =>
        path.Steps is { Count: >= 2 } steps && steps[^1] is PathStep.Key("labels" or "annotations") && steps[^2] is PathStep.Key("metadata");

    /// <summary>
    /// The specs of the pods that a path leads into, or that it says something of, by their annotations, say; none for what
    /// lies outside every pod.
    /// </summary>
    private List<FieldPath> PodsAbove(FieldPath path)
    {
        var pods = new List<PodTemplate>();
        PodTemplate.AddAll(now, pods);
        return [.. pods.Where(pod => path.StartsWith(pod.Spec.Path) || path.StartsWith(pod.Metadata.Path)).Select(pod => pod.Spec.Path)];
    }

    private bool RunTheSame(FieldPath pod)
    {
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers", "ephemeralContainers"])
        {
            var path = pod.Key(list);
            if (At(now, path) is not { IsList: true } containers)
            {
                continue;
            }

            foreach (var container in containers.Elements)
            {
                if (!RunsTheSame(pod, container.Path))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool RunsTheSame(FieldPath pod, FieldPath container)
    {
        if (!AreEqualAt(pod.Key(Name.SecurityContext)) || At(before, container) is not { IsMap: true } old || At(now, container) is not { IsMap: true } current)
        {
            return false;
        }

        foreach (var name in WhatRuns)
        {
            if (!FieldEquality.AreEqual(current[name], old[name]))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreEqualAt(FieldPath path) => FieldEquality.AreEqual(At(now, path), At(before, path));

    /// <summary>The field at a path; a default one where there is none, or where several answer to it.</summary>
    private static Field At(Field root, FieldPath path) =>
        PathResolver.Resolve(root, path) is Resolution.Found found ? new Field(root.Document, found.Node) : default;
}
