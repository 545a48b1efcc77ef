using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>One object before the assertions.</summary>
internal sealed record SafetyCase(Candidate Candidate, ObjectPair Pair)
{
    public string Kind => Pair.Identity.Kind;

    public IReadOnlyList<TreeChange> Changes => Pair.Changes;

    /// <summary>The holders of pods: metadata and spec of each, in the order of the object's kind.</summary>
    public static List<PodTemplate> Pods(Field root)
    {
        var pods = new List<PodTemplate>();
        PodTemplate.AddAll(root, pods, evenWithoutSpec: true);
        return pods;
    }

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static bool IsFalse(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.False;

    /// <summary>The text of a string; null for all else.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>A whole number; null for all else, also for one in quotes.</summary>
    public static long? Integer(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out var number) ? number : null;

    /// <summary>The texts of a list; null where it is none, or holds anything else. Empty for what is not there.</summary>
    public static List<string>? Texts(JsonNode? node)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not JsonArray list)
        {
            return null;
        }

        var texts = list.Select(Text).OfType<string>().ToList();
        return texts.Count == list.Count ? texts : null;
    }
}
