using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UseNamespace : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [.. ResourceKind.Pods, ResourceKind.Service];

    protected override RuleInfo Definition { get; } = new(
        Id: "use-namespace",
        Title: "Object is in the default namespace",
        Why: "In one namespace there are no borders: rights, quotas and network policies hold for all alike.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=use-namespace",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: the namespace. A kustomization, a chart or the GitOps tool may name it elsewhere.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!PodTemplate.IsHeldBy(subject.Root) && !subject.Is(""u8, "Service"u8))
        {
            return;
        }

        var place = subject.Metadata[Name.Namespace];
        if (place.Utf8.IsEmpty || Ascii.EqualsIgnoreCase(place.Utf8, "default"u8))
        {
            findings.Add(
                this,
                place,
                $"the object {(place.Utf8.IsEmpty ? "names no namespace" : "is in the namespace default")}; use one of its own",
                Refusal.NeedsEvidence("the namespace that the object belongs to"));
        }
    }
}
