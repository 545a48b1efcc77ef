using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Install;

/// <summary>A live object as the engine reads it.</summary>
internal static class JsonFields
{
    public static Field Of(JsonNode? node)
    {
        var reader = new EnvelopeReader();
        var reading = reader.Read(new SourceText("", Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null")));
        var document = reading.Document ?? throw new InvalidOperationException($"what was read once cannot be read again: {reading.Problem}");
        reader.Enclose(document.Root);
        return document.Root;
    }
}
