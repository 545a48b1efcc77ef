using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ExposedServices : ObjectRule
{
    private static readonly Parameter<WordList> ForbiddenServiceTypes = Parameter.Words(
        "forbiddenServiceTypes", "the types that no Service may have, in any case", "NodePort", "LoadBalancer");

    private readonly WordList forbidden;

    public ExposedServices()
        : this(ParameterValues.None)
    {
    }

    private ExposedServices(ParameterValues values) => forbidden = values.Of(ForbiddenServiceTypes);

    public override IReadOnlyList<Parameter> Parameters { get; } = [ForbiddenServiceTypes];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Service];

    protected override RuleInfo Definition { get; } = new(
        Id: "exposed-services",
        Title: "Service is open to outside the cluster",
        Why: "A NodePort or load balancer is reached past the ingress, with its TLS, authentication and limits.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=exposed-services",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the service has to be reached from outside, and by which way.");

    public override void Check(Subject subject, FindingList findings)
    {
        var type = subject.Spec[Name.Type];
        if (subject.Is(""u8, "Service"u8) && forbidden.ContainsIgnoringCase(type.Utf8))
        {
            findings.Add(
                this,
                type,
                $"the service is of type {type.Text}; {(forbidden.ContainsIgnoringCase("ClusterIP"u8) ? $"must be none of {string.Join(", ", forbidden)}" : "use ClusterIP, behind an ingress")}",
                Refusal.NeedsDecision(
                    Ascii.EqualsIgnoreCase(type.Utf8, "NodePort"u8) || Ascii.EqualsIgnoreCase(type.Utf8, "LoadBalancer"u8)
                        ? "whether the service has to be reached from outside the cluster"
                        : $"whether the service has to be of type {type.Text}"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new ExposedServices(values);
}
