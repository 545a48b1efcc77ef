using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetCpuLimit : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unset-cpu-limit",
        Title: "Container has no CPU limit",
        Why: "A container that spins takes all that its neighbours leave, and is slow as soon as they leave less: how fast it is depends on who else is there.",
        Source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets the limit from the owner's defaults, and the request too where none is written, as the API server would else raise it to the limit. Review: a container that needs more is slowed down. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var limit = container[Name.Resources][Name.Limits][Name.Cpu];

            // Ephemeral containers take no resources.
            if (container.List == ContainerList.EphemeralContainers || (limit.Exists && !(Quantity.TryRead(limit, out var limited) && limited.IsZero)))
            {
                continue;
            }

            var message = $"{container.Label} has {(limit.Exists ? $"a cpu limit of {limit.Text}" : "no cpu limit")}; must be above 0";
            var defaults = subject.Settings.Defaults;
            var request = container[Name.Resources][Name.Requests][Name.Cpu];
            if (!Quantity.TryParse(defaults.CpuLimit, out var fromOwner) || !fromOwner.IsPositive)
            {
                findings.Add(this, limit, message, Refusal.NeedsEvidence($"a cpu limit for {container.Label}: how much it uses at its busiest"));
            }
            else if (TemplateText.IsExpression(request.Utf8))
            {
                findings.Add(this, limit, message, new Refusal(RefusalCode.Templated, $"the cpu request of {container.Label} is filled in later"));
            }
            else if (request.Exists && !(Quantity.TryRead(request, out var requested) && requested <= fromOwner))
            {
                findings.Add(
                    this,
                    limit,
                    message,
                    Refusal.NeedsDecision($"a cpu limit for {container.Label} above its request of {request.Text}; the owner's default is {defaults.CpuLimit}"));
            }
            else if (request.Exists || defaults.CpuRequest is null)
            {
                findings.Add(
                    this, limit, message, new Fix("Set the cpu limit from the owner's defaults", Safety.Review, new Edit.Set(limit.Path, defaults.CpuLimit!)));
            }
            else if (!(Quantity.TryParse(defaults.CpuRequest, out var ownRequest) && ownRequest <= fromOwner))
            {
                findings.Add(
                    this,
                    limit,
                    message,
                    Refusal.NeedsDecision($"the owner's defaults: a cpu request of {defaults.CpuRequest} is above a limit of {defaults.CpuLimit}"));
            }
            else
            {
                findings.Add(this, limit, message, new Fix(
                    "Set the cpu limit and request from the owner's defaults",
                    Safety.Review,
                    [new Edit.Set(limit.Path, defaults.CpuLimit!), new Edit.Set(request.Path, defaults.CpuRequest)]));
            }
        }
    }
}
