using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>A JSON Patch, RFC 6902: all of its operations take effect, in order, or none does.</summary>
public sealed record JsonPatch(IReadOnlyList<JsonPatchOperation> Operations)
{
    /// <summary>
    /// Reads a patch that may come from anywhere. Refused besides what the RFC refuses: duplicate keys, strings
    /// that are not Unicode, more than 512 levels (patch and operation are two of them), more than 10,000 operations.
    /// Members that the RFC does not know are skipped.
    /// </summary>
    public static JsonPatchParse Parse(ReadOnlySpan<byte> utf8Json) => JsonPatchReader.Read(utf8Json);

    /// <summary>
    /// Applies the patch to a copy; the document and the patch stay as they are. Refused besides what the RFC refuses:
    /// removing the whole document, nesting beyond 512 levels, and moving or copying more than 3 MiB in sum.
    /// One copy of the document, then each operation costs its path and value; but inserting or removing an element, and
    /// removing a member, costs the container's length as well, for JsonNode keeps order (about 30 ns per member).
    /// </summary>
    public JsonPatchResult Apply(JsonNode? document) => ApplyInPlace(document?.DeepClone());

    /// <summary>The same on the document itself, which is in no state to be used where the patch fails.</summary>
    internal JsonPatchResult ApplyInPlace(JsonNode? document)
    {
        var target = new JsonPatchTarget(document);
        for (var i = 0; i < Operations.Count; i++)
        {
            if (RunGuarded(target, Operations[i]) is { } reason)
            {
                return new JsonPatchResult.Failed(i, reason);
            }
        }

        return new JsonPatchResult.Applied(target.Document);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var operation in Operations)
        {
            operation.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? RunGuarded(JsonPatchTarget target, JsonPatchOperation operation)
    {
        try
        {
            return target.Run(operation);
        }
        // JsonNode reads lazily: a duplicate key (ArgumentException) or half a surrogate pair (InvalidOperationException)
        // in a document that was read leniently throws here, when it is first touched.
        catch (Exception exception) when (exception is ArgumentException and not ArgumentOutOfRangeException or InvalidOperationException)
        {
            return "the document holds a duplicate key or a string that is not Unicode";
        }
    }
}
