using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SelfHealGitOps.Fakes;

/// <summary>What a server of a model does wrong.</summary>
public enum LlmMisdeed
{
    Hang,
    Drip,
    TenMegabytes,
    TenMegabytesUndeclared,
    Failing,
    Busy,
    Forbidden,
    Redirect,
    TruncatedJson,
    BrokenConnection,
    WrongContentType,
    Html,
    Refusal,
    ToolCalls,
    TwoChoices,
    NoChoices,
    EmptyContent,
    NullContent,
    CutByLength,
    Filtered,
    DuplicateKeys,
    DeepJson,
    LoneSurrogate,
}

/// <summary>A server of OpenAI's protocol on loopback, with answers recorded beforehand, one for each question. Told to, it misbehaves.</summary>
public sealed class FakeLlm : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Body, string? Authorization)> asked = [];
    private readonly ConcurrentQueue<string> answers = [];
    private readonly ConcurrentQueue<LlmMisdeed> misdeeds = [];

    private FakeLlm(WebApplication app) => this.app = app;

    /// <summary>With its path, as the owner would configure it.</summary>
    public Uri Endpoint => new($"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1");

    public IReadOnlyList<JsonNode> Asked => [.. asked.Select(each => JsonNode.Parse(each.Body)!)];

    public IReadOnlyList<string?> Authorizations => [.. asked.Select(each => each.Authorization)];

    /// <summary>What it answers 400 to: the names of fields of the request.</summary>
    public HashSet<string> Unknown { get; } = [];

    /// <summary>What it answers when no recorded answer is left.</summary>
    public string Otherwise { get; set; } = """{"edits":[]}""";

    /// <summary>With 429.</summary>
    public string? RetryAfter { get; set; }

    public static async Task<FakeLlm> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var fake = new FakeLlm(app);
        app.Run(fake.ServeAsync);
        await app.StartAsync();
        return fake;
    }

    public FakeLlm Answers(params string[] contents)
    {
        foreach (var content in contents)
        {
            answers.Enqueue(content);
        }

        return this;
    }

    /// <summary>Instead of the next answers, one each.</summary>
    public FakeLlm Misbehaves(params LlmMisdeed[] next)
    {
        foreach (var misdeed in next)
        {
            misdeeds.Enqueue(misdeed);
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        asked.Enqueue((body, context.Request.Headers.Authorization.FirstOrDefault()));
        if (context.Request.Method != "POST" || context.Request.Path != "/v1/chat/completions")
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (misdeeds.TryDequeue(out var misdeed))
        {
            await MisbehaveAsync(context, misdeed);
            return;
        }

        if (JsonNode.Parse(body) is JsonObject request && request.Any(entry => Unknown.Contains(entry.Key)))
        {
            await TellAsync(context, 400, """{"error":{"message":"unknown field","type":"invalid_request_error"}}""");
            return;
        }

        await TellAsync(context, 200, Completion(Message(answers.TryDequeue(out var content) ? content : Otherwise)));
    }

    private async Task MisbehaveAsync(HttpContext context, LlmMisdeed misdeed)
    {
        var good = Completion(Message("""{"edits":[]}"""));
        switch (misdeed)
        {
            case LlmMisdeed.Hang:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case LlmMisdeed.Drip:
                context.Response.ContentType = "application/json";
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(" "u8.ToArray(), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(5, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                break;
            case LlmMisdeed.TenMegabytes or LlmMisdeed.TenMegabytesUndeclared:
                var large = Encoding.UTF8.GetBytes(Completion(Message(new string('x', 10 << 20))));
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = misdeed == LlmMisdeed.TenMegabytes ? large.Length : null;
                await context.Response.Body.WriteAsync(large, context.RequestAborted);
                break;
            case LlmMisdeed.Failing:
                await TellAsync(context, 500, """{"error":{"message":"out of memory"}}""");
                break;
            case LlmMisdeed.Busy:
                context.Response.Headers.RetryAfter = RetryAfter;
                await TellAsync(context, 429, """{"error":{"message":"slow down"}}""");
                break;
            case LlmMisdeed.Forbidden:
                // As some do: with the key that it was shown.
                await TellAsync(context, 401, new JsonObject { ["error"] = $"no such key: {context.Request.Headers.Authorization}" }.ToJsonString());
                break;
            case LlmMisdeed.Redirect:
                context.Response.Headers.Location = "/elsewhere";
                await TellAsync(context, 307, "{}");
                break;
            case LlmMisdeed.TruncatedJson:
                await TellAsync(context, 200, good[..(good.Length / 2)]);
                break;
            case LlmMisdeed.BrokenConnection:
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = 1000;
                await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case LlmMisdeed.WrongContentType:
                await TellAsync(context, 200, good, "text/plain");
                break;
            case LlmMisdeed.Html:
                await TellAsync(context, 200, "<!DOCTYPE html><html><body>Sign in</body></html>", "text/html");
                break;
            default:
                await TellAsync(context, 200, Odd(misdeed, good));
                break;
        }
    }

    private static string Odd(LlmMisdeed misdeed, string good) => misdeed switch
    {
        LlmMisdeed.Refusal => Completion("""{"role":"assistant","content":null,"refusal":"I cannot help with that"}"""),
        LlmMisdeed.ToolCalls => Completion("""{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"kubectl","arguments":"{}"}}]}""", "tool_calls"),
        LlmMisdeed.TwoChoices => """{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"{\"edits\":[]}"}},{"index":1,"finish_reason":"stop","message":{"content":"{\"edits\":[]}"}}]}""",
        LlmMisdeed.NoChoices => """{"choices":[]}""",
        LlmMisdeed.EmptyContent => Completion(Message("  \n")),
        LlmMisdeed.NullContent => Completion("""{"role":"assistant","content":null}"""),
        LlmMisdeed.CutByLength => Completion(Message("{\"edits\":["), "length"),
        LlmMisdeed.Filtered => Completion(Message(""), "content_filter"),
        LlmMisdeed.DuplicateKeys => good.Replace("\"choices\"", "\"choices\":[],\"choices\"", StringComparison.Ordinal),
        LlmMisdeed.DeepJson => new string('[', 100_000),
        LlmMisdeed.LoneSurrogate => Completion("""{"role":"assistant","content":"\ud800"}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(misdeed), misdeed, "no such misdeed"),
    };

    private static string Message(string content) => new JsonObject { ["role"] = "assistant", ["content"] = content }.ToJsonString();

    private static string Completion(string message, string finish = "stop") => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"fake","choices":[{"index":0,"finish_reason":"{{{finish}}}","message":{{{message}}}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""");

    private static async Task TellAsync(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
