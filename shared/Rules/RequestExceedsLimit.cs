using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RequestExceedsLimit : ObjectRule
{
    // No container has as many kinds of resources; compared pairwise, longer lists would cost too much.
    private const int MostResources = 64;

    protected override RuleInfo Definition { get; } = new(
        Id: "request-exceeds-limit",
        Title: "Container requests more than its limit",
        Why: "The API server refuses the pod; a workload is accepted, and never gets one.",
        Source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits",
        Severity: Severity.Error,
        Profiles: Profiles.OnlyScan,
        Remedy: "Needs a decision: whether the request or the limit is right.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var requests = container[Name.Resources][Name.Requests];
            var limits = container[Name.Resources][Name.Limits];
            if (requests.Count == 0 || limits.Count == 0 || requests.Count > MostResources || limits.Count > MostResources)
            {
                continue;
            }

            foreach (var request in requests.Entries)
            {
                foreach (var limit in limits.Entries)
                {
                    if (request.Utf8Key.SequenceEqual(limit.Utf8Key)
                        && Quantity.TryRead(request.Value, out var requested)
                        && Quantity.TryRead(limit.Value, out var limited)
                        && requested > limited)
                    {
                        findings.Add(
                            this,
                            request.Value,
                            $"{container.Label} requests {request.Value.Text} of {request.Key}; must be at most its limit of {limit.Value.Text}",
                            Refusal.NeedsDecision($"which is right for {container.Label}, the request or the limit of {request.Key}"));
                    }
                }
            }
        }
    }
}
