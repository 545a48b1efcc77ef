using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Text to patch. Inside, as in the reader of System.Text.Json beneath, a fault is a JsonException; one catch makes
/// it a value.
/// </summary>
internal static class JsonPatchReader
{
    // As kube-apiserver's limit.
    private const int MaxOperations = 10_000;

    public static JsonPatchParse Read(ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json))
        {
            return new JsonPatchParse.Refused("the patch is not UTF-8");
        }

        var operations = new List<JsonPatchOperation>();
        var isInside = false;
        try
        {
            var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = JsonWeight.MaxDepth });
            reader.Read();
            Require(reader.TokenType == JsonTokenType.StartArray, "a patch is an array of operations");
            isInside = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Require(operations.Count < MaxOperations, "a patch has at most 10,000 operations");
                Require(reader.TokenType == JsonTokenType.StartObject, "an operation is an object");
                operations.Add(ToOperation(ReadKnownMembers(ref reader)));
            }

            isInside = false;
            // Throws when anything but white space follows.
            reader.Read();
        }
        catch (JsonException exception)
        {
            return new JsonPatchParse.Refused(isInside ? $"operation {operations.Count}: {exception.Message}" : exception.Message);
        }

        return new JsonPatchParse.Parsed(new JsonPatch(operations));
    }

    private static JsonObject ReadKnownMembers(ref Utf8JsonReader reader)
    {
        var members = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = StrictJson.ReadText(ref reader);
            if (name is "op" or "path" or "from" or "value")
            {
                StrictJson.AddMember(members, name, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return members;
    }

    private static JsonPatchOperation ToOperation(JsonObject members)
    {
        var op = Text(members, "op");
        return op switch
        {
            "add" => new JsonPatchOperation.Add(Pointer(members, "path"), Value(members)),
            "remove" => new JsonPatchOperation.Remove(Pointer(members, "path")),
            "replace" => new JsonPatchOperation.Replace(Pointer(members, "path"), Value(members)),
            "move" => new JsonPatchOperation.Move(Pointer(members, "from"), Pointer(members, "path")),
            "copy" => new JsonPatchOperation.Copy(Pointer(members, "from"), Pointer(members, "path")),
            "test" => new JsonPatchOperation.Test(Pointer(members, "path"), Value(members)),
            _ => throw new JsonException($"unknown op {Excerpt.Of(op)}"),
        };
    }

    private static string Text(JsonObject members, string name)
    {
        if (!members.TryGetPropertyValue(name, out var node))
        {
            throw new JsonException($"'{name}' is missing");
        }

        return node is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw new JsonException($"'{name}' must be a string");
    }

    private static JsonPointer Pointer(JsonObject members, string name)
    {
        var text = Text(members, name);
        return JsonPointer.TryParse(text, out var pointer)
            ? pointer
            : throw new JsonException($"'{name}' is no JSON pointer: {Excerpt.Of(text)}");
    }

    // Removed, so that it has no parent; a value of null is there, and is null.
    private static JsonNode? Value(JsonObject members) => members.Remove("value", out var value)
        ? value
        : throw new JsonException("'value' is missing");

    private static void Require([DoesNotReturnIf(false)] bool condition, string reason)
    {
        if (!condition)
        {
            throw new JsonException(reason);
        }
    }
}
