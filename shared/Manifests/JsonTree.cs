using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>A document, or a part of one, as the tree that JSON patches apply to. Aliases and merge keys stand expanded.</summary>
internal static class JsonTree
{
    /// <summary>Null for a null, and for a field that is absent.</summary>
    public static JsonNode? ToJson(Field field)
    {
        switch (field.Kind)
        {
            case NodeKind.Map:
                var map = new JsonObject();
                foreach (var entry in field.Entries)
                {
                    map.Add(entry.Key, ToJson(entry.Value));
                }

                return map;
            case NodeKind.List:
                var list = new JsonArray();
                foreach (var element in field.Elements)
                {
                    list.Add(ToJson(element));
                }

                return list;
            case NodeKind.Boolean:
                return JsonValue.Create(field.IsTrue);
            case NodeKind.Number:
                // Parsed from text, so that no digit of it is lost in a double.
                return JsonNode.Parse(YamlScalar.ToJson(field.Utf8));
            case NodeKind.String:
                return JsonValue.Create(field.Text!);
            default:
                return null;
        }
    }
}
