using System.Collections.Concurrent;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>Remembers answers for a short while: one pass asks for one image once, and the next sees what has changed.</summary>
internal sealed class CachedImages(IImages images, TimeSpan life, TimeProvider time) : IImages
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<ImageReference, (ImageAnswer Answer, DateTimeOffset Until)> answers = new();

    public async Task<ImageAnswer> AskAsync(ImageReference image, CancellationToken cancellationToken)
    {
        if (answers.TryGetValue(image, out var known) && known.Until > time.GetUtcNow())
        {
            return known.Answer;
        }

        var answer = await images.AskAsync(image, cancellationToken).ConfigureAwait(false);
        if (answers.Count >= Most)
        {
            answers.Clear();
        }

        answers[image] = (answer, time.GetUtcNow() + (answer is ImageAnswer.Known ? life : life / 10));
        return answer;
    }
}
