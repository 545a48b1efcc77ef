using System.Text.Json;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>Reads what may be absent or of another type than it should be.</summary>
internal static class Json
{
    /// <summary>Two readers must not see two things in one text: duplicate keys are refused.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The object; null for what is none. Never throws for what bytes hold.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var json = JsonDocument.Parse(bytes, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement? Member(JsonElement map, string key) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out var value) ? value : null;

    public static string? Text(JsonElement map, string key) => Member(map, key) is { } value ? Text(value) : null;

    /// <summary>Null for what is no text, or none in Unicode.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static long? Number(JsonElement map, string key) =>
        Member(map, key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<JsonElement> Elements(JsonElement map, string key) =>
        Member(map, key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The keys of a map; none where one of them is not in Unicode.</summary>
    public static IReadOnlyList<string> Keys(JsonElement map, string key)
    {
        try
        {
            return Member(map, key) is { ValueKind: JsonValueKind.Object } keys ? [.. keys.EnumerateObject().Select(entry => entry.Name)] : [];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    public static IReadOnlyList<string> Texts(JsonElement map, string key) => [.. Elements(map, key).Select(Text).OfType<string>()];
}
