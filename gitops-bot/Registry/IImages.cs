using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>What is known of images, from wherever it is known.</summary>
internal interface IImages
{
    /// <summary>Whatever goes wrong is an answer; only what cancels the question throws.</summary>
    Task<ImageAnswer> AskAsync(ImageReference image, CancellationToken cancellationToken);
}
