using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The repository of an image stays. A tag or digest may come where there was none, and latest may become a version with
/// the digest beside it, or the one that history has; whatever stood there before stays, so that nothing is rolled back on the way. The only other move is
/// to the owner's mirror of the registry.
/// </summary>
internal static class SafeImages
{
    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            // Charts' values inside of custom resources have the parts of an image under keys of its own.
            if (!change.Passes("image") && !change.Passes("images") && change.LastKey is not ("imageName" or "imageRepository" or "imageTag" or "newName" or "newTag"))
            {
                continue;
            }

            if (change.LastKey != "image" || change.Last != "image" || SafetyCase.Text(change.Before) is not { } before || SafetyCase.Text(change.After) is not { } after || !IsKept(before, after, @case.Candidate))
            {
                return $"{change} must stay the same image; a tag or digest may be added";
            }
        }

        return null;
    }

    private static bool IsKept(string beforeText, string afterText, Candidate candidate)
    {
        if (!ImageReference.TryParse(beforeText, out var before) || !ImageReference.TryParse(afterText, out var after))
        {
            return false;
        }

        if (candidate.Surroundings.Settings.Mirrors.TryGetValue(ImagePrefix.HostOf(before.Registry), out var mirror) && mirror.Mirror(before).ToString() == afterText)
        {
            return true;
        }

        var isDigestKept = before.Digest is null || before.Digest == after.Digest;
        var isTagKept = before.Tag == after.Tag
            || before.Tag is null
            || (before.Tag == "latest" && before.Digest is null && (after.Digest is not null || IsOfHistory(candidate, afterText)));
        return before.Registry == after.Registry && before.Repository == after.Repository && isDigestKept && isTagKept;
    }

    /// <summary>A tag that this very place had before it followed latest, quoted with its commit.</summary>
    private static bool IsOfHistory(Candidate candidate, string image) => candidate.Edits.Fixes.Any(fix =>
        fix.By == Proposer.History && fix.Evidence.Count > 0 && fix.Fix.Edits.Any(edit => edit is Edit.Set { Value: Value.Text(var written) } && written == image));
}
