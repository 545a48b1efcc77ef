using System.Text.Json;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>Reads the body of an answer, of which nothing is taken on trust: one choice, ended by itself, of text alone.</summary>
internal static class CompletionReply
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static LlmAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: text that is no UTF-16, such as half of a surrogate pair.
            return Malformed("it is not JSON, or breaks off");
        }
    }

    private static LlmAnswer Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
        {
            return Malformed("it has no list of choices");
        }

        if (choices.GetArrayLength() != 1)
        {
            return Malformed($"it has {choices.GetArrayLength()} choices; one was asked for");
        }

        var choice = choices[0];
        if (choice.ValueKind != JsonValueKind.Object || !choice.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
        {
            return Malformed("its choice has no message");
        }

        if (Text(message, "refusal") is { Length: > 0 })
        {
            return new LlmAnswer.Failed(LlmProblem.Declined, "the model declines to answer");
        }

        if (IsThere(message, "tool_calls") || IsThere(message, "function_call"))
        {
            return Malformed("the model calls a tool; it has none");
        }

        return (Text(choice, "finish_reason"), Text(message, "content")) switch
        {
            ("length", _) => new LlmAnswer.Failed(LlmProblem.Truncated, "the model stopped before its end: the answer is longer than it may be"),
            ("content_filter", _) => new LlmAnswer.Failed(LlmProblem.Declined, "the server has filtered the answer"),
            ("stop" or null, { } content) when !string.IsNullOrWhiteSpace(content) => new LlmAnswer.Text(content),
            ("stop" or null, _) => Malformed("it is empty"),
            _ => Malformed("it ends for a reason of its own; wanted stop"),
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsThere(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static LlmAnswer.Failed Malformed(string what) => new(LlmProblem.Malformed, $"the model's answer cannot be used: {what}");
}
