namespace SelfHealGitOps.Bot.Configuration;

internal enum ModelMode
{
    /// <summary>No model is asked.</summary>
    Rules,

    /// <summary>A hosted one.</summary>
    Vendor,

    /// <summary>One's own server with an OpenAI-compatible API.</summary>
    Vllm,
}

/// <summary>Which language model is asked where rules and evidence know no fix.</summary>
internal sealed record ModelSettings
{
    public ModelMode Mode { get; init; }

    /// <summary>The root of its API; null for the vendor's own. There for vllm.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>There unless no model is asked.</summary>
    public string? Model { get; init; }

    /// <summary>There for a vendor.</summary>
    public SecretSource? Key { get; init; }

    /// <summary>For one try.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one answer.</summary>
    public int MaxTokens { get; init; } = 2048;
}
