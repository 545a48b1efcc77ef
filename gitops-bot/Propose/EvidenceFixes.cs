using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>A finding after evidence was heard.</summary>
/// <param name="Evidence">What its new fix rests on, to be quoted with it; empty where nothing has changed.</param>
internal sealed record EvidencedFinding(Finding Finding, IReadOnlyList<ImageEvidence> Evidence);

/// <summary>
/// Turns what a registry knows into fixes that rules may not invent. Pure: it is told which evidence there is. Without the
/// evidence that it takes, a finding stays just as it was.
/// </summary>
internal static class EvidenceFixes
{
    /// <summary>The images of which evidence would change something about the finding; empty for most findings.</summary>
    /// <param name="root">The object that the finding is about.</param>
    public static IReadOnlyList<ImageReference> Wanted(Finding finding, Field root) => Question(finding, root) switch
    {
        PinQuestion pin => [pin.Image],
        UserQuestion user => [.. user.Images.Distinct()],
        _ => [],
    };

    /// <param name="evidence">Null for an image of which nothing is known.</param>
    public static EvidencedFinding Apply(Finding finding, Field root, Func<ImageReference, ImageEvidence?> evidence) => Question(finding, root) switch
    {
        PinQuestion pin when evidence(pin.Image) is { } known => Pin(finding, pin, known),
        UserQuestion user => RunAsImageUser(finding, user, [.. user.Images.Distinct().Select(evidence).OfType<ImageEvidence>()]),
        _ => new(finding, []),
    };

    private static object? Question(Finding finding, Field root) => finding switch
    {
        { Rule.Id: "latest-tag" or "image-digest", Refusal.Code: RefusalCode.NeedsEvidence } => PinQuestion.Of(finding, root),
        { Rule.Id: "run-as-non-root" or "pss-run-as-non-root", Refusal.Code: RefusalCode.NeedsEvidence }
            or { Rule.Id: "run-as-non-root" or "pss-run-as-non-root", Fix.Safety: Safety.Review } => UserQuestion.Of(finding, root),
        _ => null,
    };

    /// <summary>
    /// The digest that the tag stands for now. A tag that says something is kept, so that people can read it; latest, written
    /// or meant, gives way to the version of the same digest. Review, for what follows the tag today follows it no longer.
    /// </summary>
    private static EvidencedFinding Pin(Finding finding, PinQuestion question, ImageEvidence evidence)
    {
        var image = question.Image;
        var tag = image.Tag is null or "latest" ? evidence.Version?.Tag : image.Tag;
        var pinned = image with { Tag = tag, Digest = evidence.Digest };
        var fix = new Fix($"Pin {image} to the digest that {evidence.Host} gave for it", Safety.Review, new Edit.Set(question.Path, pinned.ToString()));
        return new(finding with { Fix = fix, Refusal = null, Rendered = null }, [evidence]);
    }

    /// <summary>
    /// Where the image itself names a user above 0, runAsNonRoot needs no uid beside it, and changes nothing about a working
    /// workload: Safe, as long as the very image is pinned, was read for every platform that it is for, and nobody has said
    /// otherwise. A tag may stand for another image tomorrow, and a node be of a platform that nobody looked at; there it
    /// would not start: Review.
    /// </summary>
    private static EvidencedFinding RunAsImageUser(Finding finding, UserQuestion question, List<ImageEvidence> evidence)
    {
        var known = evidence.Select(each => each.Image).ToHashSet();
        if (!question.Images.All(known.Contains) || !evidence.TrueForAll(each => each.Uid > 0))
        {
            return new(finding, []);
        }

        var isCertain = question.Images.All(image => image.Digest is not null) && evidence.TrueForAll(each => each.IsReadWhole);
        var users = string.Join(", ", evidence.Select(each => each.Uid).Distinct());
        var fix = new Fix(
            $"Set runAsNonRoot to true; the image runs as user {users}",
            isCertain && question is { IsDenied: false, IsWhole: true } ? Safety.Safe : Safety.Review,
            new Edit.Set(question.Claim, true));
        return new(finding with { Fix = fix, Refusal = null, Rendered = null }, evidence);
    }

    private sealed record PinQuestion(FieldPath Path, ImageReference Image)
    {
        public static PinQuestion? Of(Finding finding, Field root) =>
            FieldWalk.To(root, finding.Pointer) is { IsString: true } field && ImageReference.TryParse(field.Text, out var image) && image.Digest is null
                ? new(field.Path, image)
                : null;
    }

    /// <summary>As whom a container runs, or all of a pod's that the pod speaks for.</summary>
    /// <param name="Claim">Where <c>runAsNonRoot</c> goes.</param>
    /// <param name="IsDenied">True where it was set to something else.</param>
    /// <param name="IsWhole">False for what looks like a patch: what it leaves out is set elsewhere, so nothing about it is Safe.</param>
    private sealed record UserQuestion(FieldPath Claim, bool IsDenied, bool IsWhole, EquatableArray<ImageReference> Images)
    {
        public static UserQuestion? Of(Finding finding, Field root)
        {
            if (PodPlace.Of(root, finding.Pointer) is not { } place || place.MayBeWindows)
            {
                return null;
            }

            // About a group, or about a uid of 0 that is written: the image's user has no part in those.
            var claim = (place.Container ?? place.Spec)["securityContext"]["runAsNonRoot"];
            if (finding.Pointer != claim.Pointer)
            {
                return null;
            }

            var images = new List<ImageReference>();
            foreach (var container in place.Container is { } one ? [one] : place.ContainersWithoutClaim())
            {
                var uid = container["securityContext"]["runAsUser"] is { Exists: true } own ? own : place.Spec["securityContext"]["runAsUser"];
                if (uid.Integer > 0)
                {
                    continue;
                }

                if (uid.Exists || !ImageReference.TryParse(container["image"].Text, out var image))
                {
                    return null;
                }

                images.Add(image);
            }

            return images.Count == 0 ? null : new(claim.Path, claim.Exists || place.Spec["securityContext"]["runAsNonRoot"].Exists, place.IsWhole, [.. images]);
        }
    }
}
