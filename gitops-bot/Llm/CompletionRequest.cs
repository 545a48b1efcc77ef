using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>How a server is asked to keep to a schema; each of them refuses some.</summary>
internal enum SchemaForm
{
    ResponseFormat,
    GuidedJson,

    /// <summary>By the words of the question alone.</summary>
    None,
}

/// <summary>The body of a question, as the protocol has it.</summary>
internal static class CompletionRequest
{
    public static IReadOnlyList<SchemaForm> Forms(LlmDialect dialect) => dialect == LlmDialect.Vllm
        ? [SchemaForm.ResponseFormat, SchemaForm.GuidedJson, SchemaForm.None]
        : [SchemaForm.ResponseFormat, SchemaForm.None];

    public static BinaryData Body(LlmSettings settings, LlmQuestion question, SchemaForm form)
    {
        var body = new JsonObject
        {
            ["model"] = settings.Model,
            ["messages"] = new JsonArray([.. question.Messages.Select(message => (JsonNode)new JsonObject
            {
                ["role"] = message.Role switch { LlmRole.System => "system", LlmRole.User => "user", _ => "assistant" },
                ["content"] = message.Text,
            })]),

            // The same answer to the same question, as far as a server can; a vendor's newer models take no temperature.
            [settings.Dialect == LlmDialect.Vllm ? "max_tokens" : "max_completion_tokens"] = settings.MostTokens,
        };
        if (settings.Dialect == LlmDialect.Vllm)
        {
            body["temperature"] = 0;
        }

        switch (form)
        {
            case SchemaForm.ResponseFormat:
                body["response_format"] = new JsonObject
                {
                    ["type"] = "json_schema",
                    ["json_schema"] = new JsonObject { ["name"] = question.SchemaName, ["schema"] = question.Schema.DeepClone() },
                };
                break;
            case SchemaForm.GuidedJson:
                body["guided_json"] = question.Schema.DeepClone();
                break;
            case SchemaForm.None:
            default:
                break;
        }

        return BinaryData.FromString(body.ToJsonString());
    }
}
