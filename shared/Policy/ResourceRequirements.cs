using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What unset-cpu-requirements and unset-memory-requirements share: the requests and limits that are found, and how they are mended.</summary>
/// <param name="resource"><c>cpu</c> or <c>memory</c>.</param>
/// <param name="type">Which of the two is judged: <c>request</c>, <c>limit</c> or <c>any</c>, for both.</param>
internal sealed class ResourceRequirements(Name resource, string type, AmountRange range)
{
    private readonly bool judgesRequests = type is "request" or "any";
    private readonly bool judgesLimits = type is "limit" or "any";
    private readonly string name = NameTable.Text(resource);

    public static Parameter<string> TypeParameter(string standard) =>
        Parameter.Choice("requirementsType", "what is judged; any for both", standard, "request", "limit", "any");

    public static IntegerParameter LowerBound(string name, string unit) =>
        Parameter.Integer(name, $"the least amount that is found, in {unit}", 0, 0, AmountRange.NoBound);

    public static IntegerParameter UpperBound(string name, string unit) =>
        Parameter.Integer(name, $"the greatest amount that is found, in {unit}; {AmountRange.NoBound} for no bound", 0, 0, AmountRange.NoBound);

    public void Check(Rule rule, Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            // The API server refuses resources there.
            if (container.List == ContainerList.EphemeralContainers)
            {
                continue;
            }

            var resources = container[Name.Resources];
            if (judgesRequests && range.Holds(resources[Name.Requests][resource]))
            {
                ReportRequest(rule, subject, findings, container);
            }

            if (judgesLimits && range.Holds(resources[Name.Limits][resource]))
            {
                ReportLimit(rule, subject, findings, container);
            }
        }
    }

    private void ReportRequest(Rule rule, Subject subject, FindingList findings, in Container container)
    {
        var request = container[Name.Resources][Name.Requests][resource];
        var limit = container[Name.Resources][Name.Limits][resource];
        var (owner, _) = Defaults(subject);
        var message = Message(container, "request", request);
        if (!request.Exists && Quantity.TryRead(limit, out var limited) && limited.IsPositive && !range.Holds(limited))
        {
            // The API server would do so for every resource, but what is Safe is a closed list, and of these it names the CPU alone.
            Value value = limit.Kind == NodeKind.Number && limit.Integer is { } whole ? whole : limit.Text!;
            findings.Add(rule, request, message, new Fix(
                $"Write out the {name} request that the limit implies",
                resource == Name.Cpu ? Safety.Safe : Safety.Review,
                new Edit.Set(request.Path, value)));
        }
        else if (!Satisfies(owner, out var fromOwner))
        {
            findings.Add(rule, request, message, NoDefault(container, "request", owner));
        }
        else if (TemplateText.IsExpression(limit.Utf8))
        {
            findings.Add(rule, request, message, new Refusal(RefusalCode.Templated, $"the {name} limit of {container.Label} is filled in later"));
        }
        else if (limit.Exists && !(Quantity.TryRead(limit, out limited) && fromOwner <= limited))
        {
            findings.Add(
                rule, request, message, Refusal.NeedsDecision($"a {name} request for {container.Label} within its limit of {limit.Text}; the owner's default is {owner}"));
        }
        else
        {
            findings.Add(
                rule, request, message, new Fix($"Set the {name} request from the owner's defaults", Safety.Review, new Edit.Set(request.Path, owner!)));
        }
    }

    private void ReportLimit(Rule rule, Subject subject, FindingList findings, in Container container)
    {
        var request = container[Name.Resources][Name.Requests][resource];
        var limit = container[Name.Resources][Name.Limits][resource];
        var (ownerRequest, owner) = Defaults(subject);
        var message = Message(container, "limit", limit);

        // Where there is no request, the API server would raise it to the limit; where one is found, it is to be replaced.
        var judgesRequest = judgesRequests && range.Holds(request);
        var wantsRequest = !request.Exists && ownerRequest is not null && (!judgesRequest || Satisfies(ownerRequest, out _));
        var changesRequest = wantsRequest || (judgesRequest && Satisfies(ownerRequest, out _));
        if (!Satisfies(owner, out var fromOwner))
        {
            findings.Add(rule, limit, message, NoDefault(container, "limit", owner));
        }
        else if (TemplateText.IsExpression(request.Utf8))
        {
            findings.Add(rule, limit, message, new Refusal(RefusalCode.Templated, $"the {name} request of {container.Label} is filled in later"));
        }
        else if (request.Exists && !(Quantity.TryRead(request, out var requested) && requested <= fromOwner))
        {
            findings.Add(
                rule, limit, message, Refusal.NeedsDecision($"a {name} limit for {container.Label} above its request of {request.Text}; the owner's default is {owner}"));
        }
        else if (changesRequest && !(Quantity.TryParse(ownerRequest, out var ownRequest) && ownRequest <= fromOwner))
        {
            findings.Add(
                rule, limit, message, Refusal.NeedsDecision($"the owner's defaults: a {name} request of {ownerRequest} is above a limit of {owner}"));
        }
        else
        {
            var set = new Edit.Set(limit.Path, owner!);
            findings.Add(rule, limit, message, new Fix(
                wantsRequest ? $"Set the {name} limit and request from the owner's defaults" : $"Set the {name} limit from the owner's defaults",
                Safety.Review,
                wantsRequest ? [set, new Edit.Set(request.Path, ownerRequest!)] : [set]));
        }
    }

    private string Message(in Container container, string what, Field seen) =>
        $"{container.Label} has {(seen.Exists ? $"a {name} {what} of {seen.Text}" : $"no {name} {what}")}; must be {range.Wanted}";

    private Refusal NoDefault(in Container container, string what, string? owner) => Refusal.NeedsEvidence(
        range.IsZeroAlone ? $"a {name} {what} for {container.Label}"
        : $"a {name} {what} {range.Wanted} for {container.Label}{(owner is null ? "" : $"; the owner's default is {owner}")}");

    /// <summary>True when the owner has given an amount that the rule does not find in its turn.</summary>
    private bool Satisfies(string? owner, out Quantity amount) =>
        Quantity.TryParse(owner, out amount) && amount.IsPositive && !range.Holds(amount);

    private (string? Request, string? Limit) Defaults(Subject subject)
    {
        var defaults = subject.Settings.Defaults;
        return resource == Name.Cpu ? (defaults.CpuRequest, defaults.CpuLimit) : (defaults.MemoryRequest, defaults.MemoryLimit);
    }
}
