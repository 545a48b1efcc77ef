using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// The annotation that says which rules changed what, so that the same edits can be written back to the file that the
/// object came from: <c>[{"rules":["…"],"set":"spec.template…","value":…}]</c>, paths by merge key. Nothing is ever decided by
/// it: anybody can write one.
/// </summary>
internal static class MutationRecord
{
    public const string Annotation = "selfheal.io/mutated";

    /// <summary>Annotations of an object may hold 256 KiB in all; beyond this the rules are named and the edits are not.</summary>
    private const int MaxLength = 16 * 1024;

    /// <summary>The operations that put the record onto an object.</summary>
    /// <param name="root">The object as it is mended: that may have given it its first annotation.</param>
    /// <param name="edits">What has mended it.</param>
    public static IEnumerable<JsonPatchOperation> Operations(Field root, IReadOnlyList<AttributedEdit> edits)
    {
        var metadata = root[Name.Metadata];
        var annotations = metadata[Name.Annotations];
        var value = JsonValue.Create(TextOf(edits));
        if (annotations.IsMap)
        {
            yield return new JsonPatchOperation.Add(JsonPointer.Parse("/metadata/annotations/selfheal.io~1mutated"), value);
        }
        else if (metadata.IsMap)
        {
            yield return new JsonPatchOperation.Add(JsonPointer.Parse("/metadata/annotations"), new JsonObject { [Annotation] = value });
        }
        else
        {
            yield return new JsonPatchOperation.Add(
                JsonPointer.Parse("/metadata"), new JsonObject { ["annotations"] = new JsonObject { [Annotation] = value } });
        }
    }

    private static string TextOf(IReadOnlyList<AttributedEdit> edits)
    {
        var list = new JsonArray();
        foreach (var (edit, rules) in edits)
        {
            var entry = new JsonObject { ["rules"] = new JsonArray([.. rules.Select(rule => (JsonNode)rule)]) };
            switch (edit)
            {
                case Edit.Set set:
                    entry["set"] = set.Path.ToString();
                    entry["value"] = set.Value.ToJson();
                    break;
                case Edit.Append append:
                    entry["append"] = append.Path.ToString();
                    entry["value"] = append.Value.ToJson();
                    break;
                default:
                    entry["remove"] = edit.Path.ToString();
                    break;
            }

            list.Add((JsonNode)entry);
        }

        var text = list.ToJsonString();
        return text.Length <= MaxLength
            ? text
            : new JsonArray(new JsonObject
            {
                ["rules"] = new JsonArray([.. edits.SelectMany(each => each.Rules).Distinct().Order(StringComparer.Ordinal).Select(rule => (JsonNode)rule)]),
                ["edits"] = edits.Count,
            }).ToJsonString();
    }
}
