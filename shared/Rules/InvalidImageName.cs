using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class InvalidImageName : ObjectRule
{
    public override RuleInfo Info { get; } = new(
        Id: "invalid-image-name",
        Title: "Image reference is invalid",
        Why: "The kubelet refuses it with InvalidImageName: the container never starts.",
        Source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        Severity: Severity.Error,
        Profiles: Profiles.Default,
        Remedy: "Needs evidence: the image that is meant. A reference that something fills in later is not judged.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            if (IsInvalid(container[Name.Image]))
            {
                findings.Add(
                    this,
                    container[Name.Image],
                    $"{container.Label} uses image '{container[Name.Image].Text}'; must be [registry/]repository[:tag][@digest], in lower case up to the tag",
                    Refusal.NeedsEvidence($"the image that {container.Label} is to run"));
            }
        }

        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            var reference = volume[Name.Image]["reference"];
            if (IsInvalid(reference))
            {
                findings.Add(
                    this,
                    reference,
                    $"volume '{volume[Name.Name].Text}' holds image '{reference.Text}'; must be [registry/]repository[:tag][@digest], in lower case up to the tag",
                    Refusal.NeedsEvidence($"the image that volume '{volume[Name.Name].Text}' is to hold"));
            }
        }
    }

    private static bool IsInvalid(Field image) =>
        !image.Utf8.IsEmpty && !TemplateText.IsExpression(image.Utf8) && !ImageText.TryParse(image.Utf8, out _);
}
