using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ApiVersionRemoved : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Ingress, ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "api-version-removed",
        Title: "Object uses a version that is served no more",
        Why: "From that version of Kubernetes on, the object cannot be applied, and an upgrade of the cluster strands it.",
        Source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
        Severity: Severity.Error,
        Profiles: Profiles.OnlyScan,
        Remedy: "Sets apiVersion to the version that took its place where nothing else differs: Safe. Review where a default differs that is not written out, or where fields move. Otherwise a person has to rewrite the object.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (RetiredApi.Find(subject) is { } api && api.IsRemovedAt(subject.Settings.KubernetesVersion))
        {
            api.Report(this, subject, findings);
        }
    }
}
