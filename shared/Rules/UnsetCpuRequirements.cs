using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetCpuRequirements : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unset-cpu-requirements",
        Title: "Container has no CPU request",
        Why: "Without a request the scheduler takes the container for free: the node fills up, and the container is the first to starve.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unset-cpu-requirements",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Where a CPU limit is written, writes it out as the request, as the API server would: Safe. Else sets the request from the owner's defaults: Review, as it can change where the pod finds room. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var request = container[Name.Resources][Name.Requests][Name.Cpu];
            if (request.Exists && !(Quantity.TryRead(request, out var requested) && requested.IsZero))
            {
                continue;
            }

            var message = $"{container.Label} has {(request.Exists ? $"a cpu request of {request.Text}" : "no cpu request")}; must be above 0";
            var limit = container[Name.Resources][Name.Limits][Name.Cpu];
            var owner = subject.Settings.Defaults.CpuRequest;
            if (container.List == ContainerList.EphemeralContainers)
            {
                findings.Add(this, request, message, Refusal.NeedsDecision("whether the rule is for ephemeral containers, which take no resources"));
            }
            else if (!request.Exists && Quantity.TryRead(limit, out var limited) && limited.IsPositive)
            {
                Value value = limit.Kind == NodeKind.Number && limit.Integer is { } whole ? whole : limit.Text!;
                findings.Add(this, request, message, new Fix("Write out the cpu request that the limit implies", Safety.Safe, new Edit.Set(request.Path, value)));
            }
            else if (!Quantity.TryParse(owner, out var fromOwner) || !fromOwner.IsPositive)
            {
                findings.Add(this, request, message, Refusal.NeedsEvidence($"a cpu request for {container.Label}"));
            }
            else if (TemplateText.IsExpression(limit.Utf8))
            {
                findings.Add(this, request, message, new Refusal(RefusalCode.Templated, $"the cpu limit of {container.Label} is filled in later"));
            }
            else if (limit.Exists && !(Quantity.TryRead(limit, out limited) && fromOwner <= limited))
            {
                findings.Add(
                    this, request, message, Refusal.NeedsDecision($"a cpu request for {container.Label} within its limit of {limit.Text}; the owner's default is {owner}"));
            }
            else
            {
                findings.Add(
                    this, request, message, new Fix("Set the cpu request from the owner's defaults", Safety.Review, new Edit.Set(request.Path, owner!)));
            }
        }
    }
}
