using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The repository of an image stays. A digest may come where there was none, and latest, written or meant, may become a
/// version; both only as a registry or the history is quoted for it. Whatever else stood there stays, so that nothing is
/// rolled back on the way. The only other move is to the owner's mirror of the registry.
/// </summary>
internal static class SafeImages
{
    private const string Latest = "latest";

    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            // Charts' values inside of custom resources have the parts of an image under keys of its own.
            if (!change.Passes("image") && !change.Passes("images") && change.LastKey is not ("imageName" or "imageRepository" or "imageTag" or "newName" or "newTag"))
            {
                continue;
            }

            if (change.LastKey != "image" || change.Last != "image" || SafetyCase.Text(change.Before) is not { } before || SafetyCase.Text(change.After) is not { } after)
            {
                return $"{change} must stay the same image; a tag or digest may be added";
            }

            if (WhyNot(before, after, @case.Candidate) is { } why)
            {
                return $"{change} {why}";
            }
        }

        return null;
    }

    private static string? WhyNot(string beforeText, string afterText, Candidate candidate)
    {
        const string Stays = "must stay the same image; a tag or digest may be added";
        if (!ImageReference.TryParse(beforeText, out var before) || !ImageReference.TryParse(afterText, out var after))
        {
            return Stays;
        }

        if (candidate.Surroundings.Settings.Mirrors.TryGetValue(ImagePrefix.HostOf(before.Registry), out var mirror) && mirror.Mirror(before).ToString() == afterText)
        {
            return null;
        }

        if (before.Registry != after.Registry || before.Repository != after.Repository || (before.Digest is not null && before.Digest != after.Digest))
        {
            return Stays;
        }

        // Beside a digest no tag is needed, and one that says something is kept for people to read.
        var isTagKept = before.Tag == after.Tag
            || (before.Digest is null && after.Digest is null && (before.Tag ?? Latest) == (after.Tag ?? Latest))
            || (before.Digest is null && before.Tag == Latest && after is { Tag: null, Digest: not null });
        if (!isTagKept && (before.Digest is not null || (before.Tag ?? Latest) != Latest))
        {
            return Stays;
        }

        string[] wanted = [.. new[] { before.Digest is null ? after.Digest : null, isTagKept ? null : after.Tag }.OfType<string>()];
        return wanted.Length == 0 || IsQuoted(candidate, afterText, wanted, needsImage: !isTagKept && after.Digest is null)
            ? null
            : "is given a tag or digest for which no registry and no commit is quoted";
    }

    /// <summary>By a fix that writes this very image, on evidence from outside that says each part of it.</summary>
    /// <param name="needsImage">Without a digest nothing ties a tag to what runs, and only what this place once had will do.</param>
    private static bool IsQuoted(Candidate candidate, string image, string[] parts, bool needsImage) => candidate.Edits.Fixes.Any(fix =>
        (fix.By == Proposer.History || (fix.By == Proposer.Registry && !needsImage))
        && fix.Fix.Edits.Any(edit => edit is Edit.Set { Value: Value.Text(var written) } && written == image)
        && Array.TrueForAll(parts, part => fix.Evidence.Any(evidence => Says(evidence.Text, part) || (fix.By == Proposer.History && Says(evidence.Text, image)))));

    /// <summary>As a word of its own: 1.2 is not said where 1.2.3 is.</summary>
    private static bool Says(string text, string part)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            var end = at + part.Length;
            if ((at == 0 || text[at - 1] is ' ' or '@' or ':' or '\'') && (end == text.Length || text[end] is ' ' or ',' or ';' or '@' or '\''))
            {
                return true;
            }
        }

        return false;
    }
}
