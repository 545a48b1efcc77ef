using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RunAsUser : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "run-as-user",
        Title: "Manifest does not say as whom the container runs",
        Why: "The image decides, and its next version may decide otherwise: root, or a user that may not read the files of the last one.",
        Source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-container",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets runAsUser of the container to the user id of the owner's defaults. Review: files may belong to another user. Where 0 is written, or there is no default, the user id has to be found out.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (subject.MayBeWindows)
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            var user = UserIds.InForce(subject, container);
            if (user.Integer > 0 || TemplateText.IsExpression(user.Utf8))
            {
                continue;
            }

            var own = container[Name.SecurityContext][Name.RunAsUser];
            if (user.Exists)
            {
                findings.Add(this, own, $"{container.Label} runs with runAsUser={Seen.Of(user)}; must be above 0", UserIds.Wanted(subject, container));
            }
            else if (UserIds.OfOwner(subject) is { } uid)
            {
                findings.Add(
                    this,
                    own,
                    $"{container.Label} has no runAsUser, nor has the pod; must be above 0",
                    new Fix("Run as the user of the owner's defaults", Safety.Review, new Edit.Set(own.Path, uid)));
            }
            else
            {
                findings.Add(this, own, $"{container.Label} has no runAsUser, nor has the pod; must be above 0", UserIds.Wanted(subject, container));
            }
        }
    }
}
