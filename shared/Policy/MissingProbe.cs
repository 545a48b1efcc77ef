using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What no-liveness-probe and no-readiness-probe share. Init and ephemeral containers are left out, as kube-linter does.</summary>
internal static class MissingProbe
{
    /// <param name="ownerProbe">The owner's probe for containers without one; null where the owner has decided on none.</param>
    public static void Check(Rule rule, Subject subject, FindingList findings, Name probeName, Value.Map? ownerProbe)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var probe = container[probeName];
            if (container.List != ContainerList.Containers || probe.Exists)
            {
                continue;
            }

            var name = NameTable.Text(probeName);
            var label = container.Label;
            var message = $"{label} has no {name}; must have one";
            if (ownerProbe is null)
            {
                findings.Add(rule, probe, message, Refusal.NeedsEvidence($"a {name} for {label}: what to ask, and where"));
            }
            else if (!ProbePorts.Lists(container.Field, ownerProbe))
            {
                findings.Add(
                    rule, probe, message, Refusal.NeedsEvidence($"a {name} for {label}: the owner's default asks a port that is not among its ports"));
            }
            else
            {
                findings.Add(
                    rule, probe, message, new Fix($"Add the {name} from the owner's defaults", Safety.Review, new Edit.Set(probe.Path, ownerProbe)));
            }
        }
    }
}
