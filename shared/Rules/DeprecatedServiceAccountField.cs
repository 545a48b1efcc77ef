using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DeprecatedServiceAccountField : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "deprecated-service-account-field",
        Title: "Pod uses the deprecated field serviceAccount",
        Why: "serviceAccount is an old name of serviceAccountName; where both are written, only one of them counts.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=deprecated-service-account-field",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Moves the value to serviceAccountName. Safe: the API server reads the two as one. Where both are written and differ, a person has to say which is right.");

    public override void Check(Subject subject, FindingList findings)
    {
        var old = subject.Pod.Spec[Name.ServiceAccount];
        var current = subject.Pod.Spec[Name.ServiceAccountName];
        if (old.Utf8.IsEmpty || old.Utf8.SequenceEqual(current.Utf8))
        {
            return;
        }

        if (!current.Utf8.IsEmpty)
        {
            findings.Add(
                this,
                old,
                $"the pod sets serviceAccount={old.Text} and serviceAccountName={current.Text}; must set serviceAccountName alone",
                Refusal.NeedsDecision($"which service account is right, {old.Text} or {current.Text}"));
        }
        else if (TemplateText.IsExpression(old.Utf8))
        {
            findings.Add(
                this,
                old,
                "the pod sets serviceAccount; use serviceAccountName",
                new Refusal(RefusalCode.Templated, "the service account is filled in later"));
        }
        else
        {
            findings.Add(
                this,
                old,
                $"the pod sets serviceAccount={old.Text}; use serviceAccountName",
                new Fix("Move serviceAccount to serviceAccountName", Safety.Safe, [new Edit.Set(current.Path, old.Text!), new Edit.Remove(old.Path)]));
        }
    }
}
