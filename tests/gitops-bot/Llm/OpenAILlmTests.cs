using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Llm;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Llm;

public sealed class OpenAILlmTests
{
    private const string Key = "sk-test-0123456789abcdef";

    private static readonly LlmQuestion Question = new(
        [new(LlmRole.System, "be brief"), new(LlmRole.User, "{}")], "edits", new JsonObject { ["type"] = "object" });

    [Fact]
    public async Task An_answer_is_the_models_text_and_the_key_is_in_its_header_alone()
    {
        await using var server = (await FakeLlm.StartAsync()).Answers("hello");
        using var llm = Of(server);

        Assert.Equal(new LlmAnswer.Text("hello"), await llm.AskAsync(Question, default));

        var asked = Assert.Single(server.Asked);
        Assert.Equal("model-1", (string?)asked["model"]);
        Assert.Equal("json_schema", (string?)asked["response_format"]!["type"]);
        Assert.Equal("system user", string.Join(' ', asked["messages"]!.AsArray().Select(message => (string?)message!["role"])));
        Assert.Equal("Bearer " + Key, Assert.Single(server.Authorizations));
        Assert.DoesNotContain(Key, asked.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "response_format", "response_format,")]
    [InlineData(true, "response_format", "response_format,guided_json")]
    [InlineData(true, "response_format guided_json", "response_format,guided_json,")]
    public async Task A_server_that_does_not_know_a_form_of_schema_is_asked_by_the_next_and_remembered(bool isVllm, string unknown, string forms)
    {
        await using var server = (await FakeLlm.StartAsync()).Answers("one", "two");
        server.Unknown.UnionWith(unknown.Split(' '));
        using var llm = Of(server, isVllm ? LlmDialect.Vllm : LlmDialect.Vendor);

        Assert.Equal(new LlmAnswer.Text("one"), await llm.AskAsync(Question, default));
        Assert.Equal(new LlmAnswer.Text("two"), await llm.AskAsync(Question, default));

        var seen = server.Asked.Select(asked => asked["response_format"] is not null ? "response_format" : asked["guided_json"] is not null ? "guided_json" : "").ToList();
        Assert.Equal(forms.Split(','), seen[..^1]);
        Assert.Equal(seen[^2], seen[^1]);
    }

    [Fact]
    public async Task Vllm_needs_no_key_and_a_vendor_does()
    {
        await using var server = (await FakeLlm.StartAsync()).Answers("hello");
        using var own = Of(server, LlmDialect.Vllm, key: null);
        using var vendor = Of(server, key: null);

        Assert.IsType<LlmAnswer.Text>(await own.AskAsync(Question, default));
        Assert.Equal(LlmProblem.Unauthorised, Assert.IsType<LlmAnswer.Failed>(await vendor.AskAsync(Question, default)).Problem);
        Assert.Null(Assert.Single(server.Authorizations));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_what_is_said_and_not_that_the_server_is_away()
    {
        await using var server = (await FakeLlm.StartAsync()).Answers("hello");
        using var llm = Of(server, LlmDialect.Vllm, missing: "the environment variable MODEL_KEY is not set; must hold the secret");

        var failed = Assert.IsType<LlmAnswer.Failed>(await llm.AskAsync(Question, default));

        Assert.Equal((LlmProblem.Unauthorised, 1), (failed.Problem, failed.Tries));
        Assert.EndsWith("the environment variable MODEL_KEY is not set; must hold the secret", failed.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData(LlmMisdeed.Hang, "Slow")]
    [InlineData(LlmMisdeed.Drip, "Slow")]
    [InlineData(LlmMisdeed.TenMegabytes, "TooLarge")]
    [InlineData(LlmMisdeed.TenMegabytesUndeclared, "TooLarge")]
    [InlineData(LlmMisdeed.Failing, "Failing")]
    [InlineData(LlmMisdeed.Busy, "Busy")]
    [InlineData(LlmMisdeed.Forbidden, "Unauthorised")]
    [InlineData(LlmMisdeed.Redirect, "Rejected")]
    [InlineData(LlmMisdeed.TruncatedJson, "Malformed")]
    [InlineData(LlmMisdeed.BrokenConnection, "Unreachable")]
    [InlineData(LlmMisdeed.WrongContentType, "Malformed")]
    [InlineData(LlmMisdeed.Html, "Malformed")]
    [InlineData(LlmMisdeed.Refusal, "Declined")]
    [InlineData(LlmMisdeed.ToolCalls, "Malformed")]
    [InlineData(LlmMisdeed.TwoChoices, "Malformed")]
    [InlineData(LlmMisdeed.NoChoices, "Malformed")]
    [InlineData(LlmMisdeed.EmptyContent, "Malformed")]
    [InlineData(LlmMisdeed.NullContent, "Malformed")]
    [InlineData(LlmMisdeed.CutByLength, "Truncated")]
    [InlineData(LlmMisdeed.Filtered, "Declined")]
    [InlineData(LlmMisdeed.DuplicateKeys, "Malformed")]
    [InlineData(LlmMisdeed.DeepJson, "Malformed")]
    [InlineData(LlmMisdeed.LoneSurrogate, "Malformed")]
    public async Task What_a_server_does_wrong_is_a_failure_with_a_name_and_without_the_key(LlmMisdeed misdeed, string problem)
    {
        await using var server = (await FakeLlm.StartAsync()).Misbehaves(misdeed);
        var isSlow = misdeed is LlmMisdeed.Hang or LlmMisdeed.Drip;
        using var llm = Of(server, attempts: 1, timeout: isSlow ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(1));

        var failed = Assert.IsType<LlmAnswer.Failed>(await llm.AskAsync(Question, default));

        Assert.Equal(problem, failed.Problem.ToString());
        Assert.DoesNotContain(Key, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Message);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task What_is_transient_is_tried_again()
    {
        await using var server = (await FakeLlm.StartAsync()).Misbehaves(LlmMisdeed.Failing, LlmMisdeed.Busy).Answers("hello");
        server.RetryAfter = "0";
        using var llm = Of(server);

        Assert.Equal(new LlmAnswer.Text("hello"), await llm.AskAsync(Question, default));
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task Who_fails_to_the_end_is_known_by_how_often()
    {
        await using var server = (await FakeLlm.StartAsync()).Misbehaves(LlmMisdeed.Failing, LlmMisdeed.Failing, LlmMisdeed.Failing);
        server.RetryAfter = "0";
        using var llm = Of(server);

        var failed = Assert.IsType<LlmAnswer.Failed>(await llm.AskAsync(Question, default));
        Assert.Equal((3, true), (failed.Tries, failed.IsOfEndpoint));
    }

    [Fact]
    public async Task A_server_that_wants_too_much_patience_is_left_alone()
    {
        await using var server = (await FakeLlm.StartAsync()).Misbehaves(LlmMisdeed.Busy);
        server.RetryAfter = "3600";
        using var llm = Of(server);

        Assert.Equal(LlmProblem.Busy, Assert.IsType<LlmAnswer.Failed>(await llm.AskAsync(Question, default)).Problem);
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData("http://llm.example.com/v1")]
    [InlineData("https://user:password@llm.example.com/v1")]
    [InlineData("https://llm.example.com/v1?key=1")]
    [InlineData("ftp://llm.example.com/v1")]
    public void An_endpoint_that_would_give_secrets_away_is_refused(string endpoint)
    {
        var exception = Assert.Throws<ArgumentException>(() => new LlmSettings { Endpoint = new(endpoint), Model = "model-1" });

        Assert.DoesNotContain("password", exception.Message, StringComparison.Ordinal);
    }

    internal static OpenAILlm Of(FakeLlm server, LlmDialect dialect = LlmDialect.Vendor, string? key = Key, int attempts = 3, TimeSpan? timeout = null, string? missing = null) => new(
        new()
        {
            Endpoint = server.Endpoint,
            Model = "model-1",
            Dialect = dialect,
            Attempts = attempts,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            Timeout = timeout ?? TimeSpan.FromMinutes(1),
        },
        _ => missing is null ? new(key) : throw new IOException(missing),
        TimeProvider.System);
}
