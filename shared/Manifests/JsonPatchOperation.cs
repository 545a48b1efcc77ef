using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>One operation of RFC 6902, section 4. A null value is JSON's null.</summary>
public abstract record JsonPatchOperation
{
    private JsonPatchOperation(JsonPointer path) => Path = path;

    public JsonPointer Path { get; init; }

    /// <summary>Sets a member, inserts before an element, or appends at <c>-</c>. The container must exist.</summary>
    public sealed record Add(JsonPointer Path, JsonNode? Value) : JsonPatchOperation(Path);

    /// <summary>The target must exist; the whole document cannot be removed.</summary>
    public sealed record Remove(JsonPointer Path) : JsonPatchOperation(Path);

    /// <summary>The target must exist; a member keeps its place among its neighbours.</summary>
    public sealed record Replace(JsonPointer Path, JsonNode? Value) : JsonPatchOperation(Path);

    /// <summary>The source must exist, and must not enclose the target.</summary>
    public sealed record Move(JsonPointer From, JsonPointer Path) : JsonPatchOperation(Path);

    /// <summary>The source must exist.</summary>
    public sealed record Copy(JsonPointer From, JsonPointer Path) : JsonPatchOperation(Path);

    /// <summary>The target must exist and equal the value: numbers by value, strings ordinally, objects in any order.</summary>
    public sealed record Test(JsonPointer Path, JsonNode? Value) : JsonPatchOperation(Path);

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        switch (this)
        {
            case Add add:
                WriteOpAndPath(writer, "add");
                WriteValue(writer, add.Value);
                break;
            case Remove:
                WriteOpAndPath(writer, "remove");
                break;
            case Replace replace:
                WriteOpAndPath(writer, "replace");
                WriteValue(writer, replace.Value);
                break;
            case Move move:
                WriteOpAndPath(writer, "move");
                writer.WriteString("from", move.From.ToString());
                break;
            case Copy copy:
                WriteOpAndPath(writer, "copy");
                writer.WriteString("from", copy.From.ToString());
                break;
            case Test test:
                WriteOpAndPath(writer, "test");
                WriteValue(writer, test.Value);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonNode? value)
    {
        writer.WritePropertyName("value");
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private void WriteOpAndPath(Utf8JsonWriter writer, string op)
    {
        writer.WriteString("op", op);
        writer.WriteString("path", Path.ToString());
    }
}
