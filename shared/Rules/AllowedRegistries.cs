using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class AllowedRegistries : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "allowed-registries",
        Title: "Image comes from a registry that the owner does not allow",
        Why: "Whoever may write to a registry decides what runs. Images from places that nobody vouches for are somebody else's code.",
        Source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
        Severity: Severity.Error,
        Profiles: Profiles.None,
        Remedy: "Takes the same path, tag and digest from the owner's mirror of the registry, for review: only the owner knows that the mirror has them. Without a mirror, needs a decision: which allowed registry has the image.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (subject.Settings.AllowedRegistries.Count == 0)
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            var image = container[Name.Image];
            if (!IsAllowed(subject.Settings, image.Utf8))
            {
                Add(findings, subject.Settings, image, $"{container.Label} uses image '{image.Text}'");
            }
        }

        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            var reference = volume[Name.Image]["reference"];
            if (!IsAllowed(subject.Settings, reference.Utf8))
            {
                Add(findings, subject.Settings, reference, $"volume '{volume[Name.Name].Text}' holds image '{reference.Text}'");
            }
        }
    }

    private void Add(FindingList findings, PolicySettings settings, Field image, string seen)
    {
        var allowed = string.Join(", ", settings.AllowedRegistries);
        var message = $"{seen}; must be from {allowed}";
        if (Mirrored(settings, image.Text) is { } mirrored)
        {
            findings.Add(this, image, message, new Fix($"Take the image from its mirror, as {mirrored}", Safety.Review, new Edit.Set(image.Path, mirrored)));
        }
        else
        {
            findings.Add(this, image, message, Refusal.NeedsDecision($"which of {allowed} has {image.Text}, or what to use in its place"));
        }
    }

    /// <summary>The image under the owner's mirror of its registry; null where there is none, or none that is allowed.</summary>
    private static string? Mirrored(PolicySettings settings, string? text)
    {
        if (!ImageReference.TryParse(text, out var image) || !settings.Mirrors.TryGetValue(ImagePrefix.HostOf(image.Registry), out var mirror))
        {
            return null;
        }

        var mirrored = mirror.Mirror(image).ToString();
        return ImageReference.TryParse(mirrored, out _) && IsAllowed(settings, System.Text.Encoding.UTF8.GetBytes(mirrored)) ? mirrored : null;
    }

    /// <summary>What is no image name is left to others: no pod starts from it.</summary>
    private static bool IsAllowed(PolicySettings settings, ReadOnlySpan<byte> text)
    {
        if (TemplateText.IsExpression(text) || !ImageText.TryParse(text, out var image))
        {
            return true;
        }

        var allowed = settings.AllowedRegistries;
        for (var i = 0; i < allowed.Count; i++)
        {
            if (allowed[i].Contains(image))
            {
                return true;
            }
        }

        return false;
    }
}
