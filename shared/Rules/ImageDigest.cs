using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ImageDigest : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "image-digest",
        Title: "Image is not pinned by digest",
        Why: "A tag can be moved to other code, by its owner or by whoever broke into the registry. Only a digest names one image for good.",
        Source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: the digest that the tag stands for, from the registry. None is made up.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var image = container[Name.Image];
            if (IsUnpinned(image))
            {
                findings.Add(
                    this,
                    image,
                    $"{container.Label} uses image '{image.Text}'; pin it with @sha256:…",
                    Refusal.NeedsEvidence($"the digest that {image.Text} stands for"));
            }
        }

        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            var reference = volume[Name.Image]["reference"];
            if (IsUnpinned(reference))
            {
                findings.Add(
                    this,
                    reference,
                    $"volume '{volume[Name.Name].Text}' holds image '{reference.Text}'; pin it with @sha256:…",
                    Refusal.NeedsEvidence($"the digest that {reference.Text} stands for"));
            }
        }
    }

    private static bool IsUnpinned(Field image) =>
        !TemplateText.IsExpression(image.Utf8) && ImageText.TryParse(image.Utf8, out var parts) && parts.Digest.IsEmpty;
}
