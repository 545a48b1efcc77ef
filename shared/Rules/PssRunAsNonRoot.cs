using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssRunAsNonRoot : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-run-as-non-root",
        Title: "Container may run as root",
        Why: "Root in a container is root to the kernel: a hole in either makes it root of the node. Files and sockets that are mounted obey it, too.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "Sets runAsNonRoot to true. Safe where a runAsUser above 0 is in force, which makes it true already; Review where it was false, on Windows, which does not heed runAsUser, or where the owner's configured uid goes in with it. Without a uid, or with uid 0, a person has to find out which uid the image can run as.");

    public override void Check(Subject subject, FindingList findings)
    {
        // The root of a user namespace is nobody on the node.
        if (!subject.HasPod || (subject.Settings.PssVersion.IsAtLeast(35) && subject.Pod.Spec[Name.HostUsers].IsFalse))
        {
            return;
        }

        var ofPod = subject.Pod.Spec[Name.SecurityContext][Name.RunAsNonRoot];
        if (ofPod.Exists && !ofPod.IsTrue)
        {
            AddPod(subject, ofPod, findings);
        }

        bool? holdsForPod = null;
        foreach (ref readonly var container in subject.Containers)
        {
            var own = container[Name.SecurityContext][Name.RunAsNonRoot];

            // A container without a value has the pod's, and the pod's has been judged.
            if (own.Exists ? !own.IsTrue : !ofPod.Exists)
            {
                AddContainer(subject, container, own, holdsForPod ??= HoldsForPod(subject), findings);
            }
        }
    }

    private void AddPod(Subject subject, Field claim, FindingList findings)
    {
        var message = $"the pod sets securityContext.runAsNonRoot={Seen.Of(claim)}; must be true";
        var edits = new List<Edit> { new Edit.Set(claim.Path, true) };
        foreach (ref readonly var container in subject.Containers)
        {
            if (container[Name.SecurityContext][Name.RunAsNonRoot].Exists)
            {
                continue;
            }

            var uid = UserIds.InForce(subject, container);
            if (uid.Integer > 0)
            {
                continue;
            }

            if (uid.Exists || UserIds.OfOwner(subject) is not { } given)
            {
                findings.Add(this, claim, message, UserIds.Wanted(subject, container));
                return;
            }

            edits.Add(new Edit.Set(container[Name.SecurityContext][Name.RunAsUser].Path, given));
        }

        var title = edits.Count > 1 ? "Set runAsNonRoot to true, with the uid that the owner's defaults give" : "Set runAsNonRoot to true";
        findings.Add(this, claim, message, new Fix(title, Safety.Review, [.. edits]));
    }

    private void AddContainer(Subject subject, in Container container, Field claim, bool holdsForPod, FindingList findings)
    {
        var message = claim.Exists
            ? $"{container.Label} sets securityContext.runAsNonRoot={Seen.Of(claim)}; must be true"
            : $"{container.Label} does not set securityContext.runAsNonRoot, nor does the pod; must be true";
        var uid = UserIds.InForce(subject, container);
        if (uid.Integer > 0)
        {
            var isOfPod = !claim.Exists && holdsForPod;
            var isWindows = subject.MayBeWindows;
            var path = isOfPod ? subject.Pod.Spec[Name.SecurityContext][Name.RunAsNonRoot].Path : claim.Path;
            findings.Add(
                this,
                claim,
                message,
                new Fix("Set runAsNonRoot to true", claim.Exists || isWindows ? Safety.Review : Safety.Safe, new Edit.Set(path, true)));
        }
        else if (uid.Exists || UserIds.OfOwner(subject) is not { } given)
        {
            findings.Add(this, claim, message, UserIds.Wanted(subject, container));
        }
        else
        {
            findings.Add(
                this,
                claim,
                message,
                new Fix(
                    "Set runAsNonRoot to true, with the uid that the owner's defaults give",
                    Safety.Review,
                    [new Edit.Set(container[Name.SecurityContext][Name.RunAsUser].Path, given), new Edit.Set(claim.Path, true)]));
        }
    }

    /// <summary>True where the pod can say it for all: it names a uid itself, for containers still to come, and no container without a value of its own runs as root.</summary>
    private static bool HoldsForPod(Subject subject)
    {
        if (subject.Pod.Spec[Name.SecurityContext][Name.RunAsUser].Integer is not > 0)
        {
            return false;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            if (!container[Name.SecurityContext][Name.RunAsNonRoot].Exists && UserIds.InForce(subject, container).Integer is not > 0)
            {
                return false;
            }
        }

        return true;
    }
}
