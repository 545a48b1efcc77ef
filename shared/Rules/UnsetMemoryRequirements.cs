using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetMemoryRequirements : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unset-memory-requirements",
        Title: "Container has no memory limit",
        Why: "Without a limit one leak takes the memory of the whole node, and the kernel kills whom it likes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unset-memory-requirements",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets the limit from the owner's defaults, and the request too where none is written, as the API server would else raise it to the limit. Review: a container that needs more is killed. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var limit = container[Name.Resources][Name.Limits][Name.Memory];
            if (limit.Exists && !(Quantity.TryRead(limit, out var limited) && limited.IsZero))
            {
                continue;
            }

            var message = $"{container.Label} has {(limit.Exists ? $"a memory limit of {limit.Text}" : "no memory limit")}; must be above 0";
            var defaults = subject.Settings.Defaults;
            var request = container[Name.Resources][Name.Requests][Name.Memory];
            var wantsRequest = !request.Exists && defaults.MemoryRequest is not null;
            if (container.List == ContainerList.EphemeralContainers)
            {
                findings.Add(this, limit, message, Refusal.NeedsDecision("whether the rule is for ephemeral containers, which take no resources"));
            }
            else if (!Quantity.TryParse(defaults.MemoryLimit, out var fromOwner) || !fromOwner.IsPositive)
            {
                findings.Add(this, limit, message, Refusal.NeedsEvidence($"a memory limit for {container.Label}"));
            }
            else if (TemplateText.IsExpression(request.Utf8))
            {
                findings.Add(this, limit, message, new Refusal(RefusalCode.Templated, $"the memory request of {container.Label} is filled in later"));
            }
            else if (request.Exists && !(Quantity.TryRead(request, out var requested) && requested <= fromOwner))
            {
                findings.Add(
                    this,
                    limit,
                    message,
                    Refusal.NeedsDecision($"a memory limit for {container.Label} above its request of {request.Text}; the owner's default is {defaults.MemoryLimit}"));
            }
            else if (wantsRequest && !(Quantity.TryParse(defaults.MemoryRequest, out var ownRequest) && ownRequest <= fromOwner))
            {
                findings.Add(
                    this,
                    limit,
                    message,
                    Refusal.NeedsDecision($"the owner's defaults: a memory request of {defaults.MemoryRequest} is above a limit of {defaults.MemoryLimit}"));
            }
            else
            {
                var set = new Edit.Set(limit.Path, defaults.MemoryLimit!);
                findings.Add(this, limit, message, new Fix(
                    wantsRequest ? "Set the memory limit and request from the owner's defaults" : "Set the memory limit from the owner's defaults",
                    Safety.Review,
                    wantsRequest ? [set, new Edit.Set(request.Path, defaults.MemoryRequest!)] : [set]));
            }
        }
    }
}
