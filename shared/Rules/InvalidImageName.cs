using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class InvalidImageName : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "invalid-image-name",
        Title: "Image reference is invalid",
        Why: "The kubelet refuses it with InvalidImageName: the container never starts.",
        Source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        Severity: Severity.Error,
        Profiles: Profiles.OnlyScan,
        Remedy: "Needs evidence: the image that is meant. What something fills in later, or looks like it ($IMAGE, <version>, ko://…, IMAGE), is not judged.");

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
        !image.Utf8.IsEmpty && !ImageText.TryParse(image.Utf8, out _) && !IsPlaceholder(image.Utf8);

    /// <summary>Build tools put the image in the place of such texts; in a repository they are no mistake.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<byte> image)
    {
        if (TemplateText.IsExpression(image) || image.IndexOfAny("$<>|%"u8) >= 0 || image.StartsWith("ko://"u8))
        {
            return true;
        }

        foreach (var range in image.Split((byte)'/'))
        {
            var part = image[range];
            var end = part.IndexOfAny((byte)':', (byte)'@');
            part = end < 0 ? part : part[..end];
            if (part.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0 && part.IndexOfAnyInRange((byte)'a', (byte)'z') < 0)
            {
                return true;
            }
        }

        return false;
    }
}
