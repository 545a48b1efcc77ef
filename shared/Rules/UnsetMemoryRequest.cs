using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetMemoryRequest : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unset-memory-request",
        Title: "Container has no memory request",
        Why: "Without a request the scheduler takes the container for free: the node fills up, and the container is the first to be killed.",
        Source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Where a memory limit is written, writes it out as the request, as the API server would; else sets the request from the owner's defaults. Review: it can change where the pod finds room. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var request = container[Name.Resources][Name.Requests][Name.Memory];

            // Ephemeral containers take no resources.
            if (container.List == ContainerList.EphemeralContainers || (request.Exists && !(Quantity.TryRead(request, out var requested) && requested.IsZero)))
            {
                continue;
            }

            var message = $"{container.Label} has {(request.Exists ? $"a memory request of {request.Text}" : "no memory request")}; must be above 0";
            var limit = container[Name.Resources][Name.Limits][Name.Memory];
            var owner = subject.Settings.Defaults.MemoryRequest;
            if (!request.Exists && Quantity.TryRead(limit, out var limited) && limited.IsPositive)
            {
                Value value = limit.Kind == NodeKind.Number && limit.Integer is { } whole ? whole : limit.Text!;
                findings.Add(this, request, message, new Fix("Write out the memory request that the limit implies", Safety.Review, new Edit.Set(request.Path, value)));
            }
            else if (!Quantity.TryParse(owner, out var fromOwner) || !fromOwner.IsPositive)
            {
                findings.Add(this, request, message, Refusal.NeedsEvidence($"a memory request for {container.Label}: how much it uses when all is well"));
            }
            else if (TemplateText.IsExpression(limit.Utf8))
            {
                findings.Add(this, request, message, new Refusal(RefusalCode.Templated, $"the memory limit of {container.Label} is filled in later"));
            }
            else if (limit.Exists && !(Quantity.TryRead(limit, out limited) && fromOwner <= limited))
            {
                findings.Add(
                    this,
                    request,
                    message,
                    Refusal.NeedsDecision($"a memory request for {container.Label} within its limit of {limit.Text}; the owner's default is {owner}"));
            }
            else
            {
                findings.Add(
                    this, request, message, new Fix("Set the memory request from the owner's defaults", Safety.Review, new Edit.Set(request.Path, owner!)));
            }
        }
    }
}
