using System.ClientModel.Primitives;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>Puts the key of one question into its header: it was read for this question, and is kept nowhere.</summary>
/// <param name="key">Null for a server that wants none.</param>
internal sealed class LateKey(string? key) : AuthenticationPolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Authorize(message);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Authorize(message);
        return ProcessNextAsync(message, pipeline, currentIndex);
    }

    private void Authorize(PipelineMessage message)
    {
        if (key is not null)
        {
            message.Request.Headers.Set("Authorization", $"Bearer {key}");
        }
    }
}
