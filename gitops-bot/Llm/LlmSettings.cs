namespace SelfHealGitOps.Bot.Llm;

/// <summary>Where a model is asked, and what one question may cost.</summary>
internal sealed record LlmSettings
{
    private readonly Uri endpoint = null!;

    /// <summary>The root of the API, such as <c>https://llm.example.com/v1</c>. Plain http to this machine alone.</summary>
    /// <exception cref="ArgumentException">It is none of these, or holds a user, a query or a fragment. The message does not repeat it.</exception>
    public required Uri Endpoint
    {
        get => endpoint;
        init => endpoint = Objection(value) is { } objection ? throw new ArgumentException(objection, nameof(value)) : value;
    }

    public required string Model { get; init; }

    public LlmDialect Dialect { get; init; } = LlmDialect.Vendor;

    /// <summary>For one try, from the first byte sent to the last one read.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Of one answer as it comes, in bytes.</summary>
    public int MostAnswerBytes { get; init; } = 256 << 10;

    /// <summary>That the model may write.</summary>
    public int MostTokens { get; init; } = 4096;

    /// <summary>In all, where what goes wrong is transient.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Before the second attempt; twice that before the third.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A server that asks for more patience than this is not asked again.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Why no model is asked there; null if one may be.</summary>
    public static string? Objection(Uri endpoint) =>
        !endpoint.IsAbsoluteUri ? "the model's endpoint is not an absolute URL"
        : endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)
            ? "the model's endpoint must be https; http is for this machine alone"
        : endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0
            ? "the model's endpoint holds a user, a query or a fragment; give the key apart from it"
        : null;
}

/// <summary>Which extension of the protocol asks for an answer by a schema.</summary>
internal enum LlmDialect
{
    /// <summary>A hosted service: <c>response_format</c>, and a key.</summary>
    Vendor,

    /// <summary>vLLM: <c>response_format</c>, in older versions <c>guided_json</c>; a key only where it was started with one.</summary>
    Vllm,
}
