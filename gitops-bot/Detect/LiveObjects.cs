using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>Objects of a cluster, read as those of files are, so that one code judges both.</summary>
internal static class LiveObjects
{
    /// <summary>Null for what reads as a list of objects.</summary>
    public static SetObject? Of(JsonObject item) => Of([item]) is [var one] ? one : null;

    /// <summary>Managed fields are left out: nobody asks for them, and they are as long as all the rest.</summary>
    public static IReadOnlyList<SetObject> Of(IEnumerable<JsonObject> items)
    {
        var reader = new ManifestReader();
        var objects = new List<SetObject>();
        foreach (var item in items)
        {
            (item["metadata"] as JsonObject)?.Remove("managedFields");
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                item.WriteTo(writer);
            }

            var source = new SourceText("", buffer.WrittenMemory);
            objects.AddRange(FileReading.Read(reader, source, isNamed: true).Objects);
        }

        return objects;
    }
}
