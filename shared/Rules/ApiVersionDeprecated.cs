using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ApiVersionDeprecated : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "api-version-deprecated",
        Title: "Object uses a version that will be served no more",
        Why: "The API server still takes the object, with a warning; a later version of Kubernetes will not, and then nobody can apply it.",
        Source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
        Severity: Severity.Warning,
        Profiles: Profiles.OnlyScan,
        Remedy: "Sets apiVersion to the version that takes its place, and moves the fields that it writes otherwise: Review. Where they say too little, a person has to rewrite the object.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (RetiredApi.Find(subject) is { } api && api.IsDeprecatedAt(subject.Settings.KubernetesVersion))
        {
            api.Report(this, subject, findings);
        }
    }
}
