using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class LatestTag : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "latest-tag",
        Title: "Image has no tag, or the tag latest",
        Why: "What latest stands for changes without any change to the manifest: two pods of one workload can run different code, and a rollback rolls nothing back.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=latest-tag",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs evidence: the version or digest that the image stands for today. A fix would have to ask the registry; none is made up.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var image = container[Name.Image];
            if (image.IsMap || image.IsList || !IsBlocked(image.Utf8))
            {
                continue;
            }

            findings.Add(
                this,
                image,
                $"{container.Label} uses {(image.Utf8.IsEmpty ? "no image" : $"image '{image.Text}'")}; use a version or a digest",
                image.Utf8.IsEmpty ? Refusal.NeedsEvidence($"the image of {container.Label}")
                : TemplateText.IsExpression(image.Utf8) ? new Refusal(RefusalCode.Templated, $"the image of {container.Label} is filled in later")
                : Refusal.NeedsEvidence($"the digest or version that {image.Text} stands for"));
        }
    }

    /// <summary>kube-linter's block list: a text that ends with <c>:latest</c>, that has no colon, or that has none after a slash.</summary>
    private static bool IsBlocked(ReadOnlySpan<byte> image)
    {
        var colon = image.LastIndexOf((byte)':');
        if (colon < 0 || image.EndsWith(":latest"u8))
        {
            return true;
        }

        var slash = image[(colon + 1)..].IndexOf((byte)'/');
        return slash >= 0 && colon + 1 + slash < image.Length - 1;
    }
}
