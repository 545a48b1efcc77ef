using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>Random JSON that collides often: few names, some of which need escaping or look like indexes.</summary>
internal static class JsonGen
{
    public static Gen<string> Name { get; } = Gen.Elements("a", "b", "", "0", "-", "a/b", "m~n", "~1", "é\"\n");

    public static Gen<JsonNode?> Node { get; } = OfDepth(3);

    public static Gen<JsonPointer> Pointer { get; } =
        from names in UpToFour(Name)
        select names.Aggregate(JsonPointer.Root, (path, name) => path.Append(name));

    /// <summary>A document, and a patch most of whose paths exist when it starts.</summary>
    public static Gen<(JsonNode? Document, JsonPatch Patch)> Case { get; } =
        from document in Node
        let path = Gen.Frequency((5, Gen.Elements(Places(document, JsonPointer.Root).Select(place => place.Path).ToArray())), (1, Pointer))
        from operations in UpToFour(Operation(path))
        select (document, new JsonPatch([.. operations]));

    /// <summary>Every place of a document with what is there, itself first.</summary>
    public static IEnumerable<(JsonPointer Path, JsonNode? Node)> Places(JsonNode? node, JsonPointer path) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value, path.Append(member.Key))).Prepend((path, node)),
        JsonArray items => items.SelectMany((item, index) => Places(item, path.Append(index))).Prepend((path, node)),
        _ => [(path, node)],
    };

    // ListOf alone grows to a hundred, at each of the levels.
    private static Gen<List<T>> UpToFour<T>(Gen<T> item) => Gen.Choose(0, 4).SelectMany(count => item.ListOf(count));

    private static Gen<JsonPatchOperation> Operation(Gen<JsonPointer> path) => Gen.OneOf<JsonPatchOperation>(
        from target in path from value in Node select (JsonPatchOperation)new JsonPatchOperation.Add(target, value),
        from target in path from name in Name from value in Node select (JsonPatchOperation)new JsonPatchOperation.Add(target.Append(name), value),
        from target in path select (JsonPatchOperation)new JsonPatchOperation.Remove(target),
        from target in path from value in Node select (JsonPatchOperation)new JsonPatchOperation.Replace(target, value),
        from source in path from target in path select (JsonPatchOperation)new JsonPatchOperation.Move(source, target),
        from source in path from target in path select (JsonPatchOperation)new JsonPatchOperation.Copy(source, target),
        from target in path from value in Node select (JsonPatchOperation)new JsonPatchOperation.Test(target, value));

    private static Gen<JsonNode?> OfDepth(int depth)
    {
        var scalar = Gen.Elements("null", "true", "0", "-1", "1.50", "1e3", "\"\"", "\"x\"", "\"\\u00e9\"").Select(json => JsonNode.Parse(json));
        if (depth == 0)
        {
            return scalar;
        }

        var inner = OfDepth(depth - 1);
        var members =
            from names in UpToFour(Name)
            from values in inner.ListOf(names.Count)
            select (JsonNode?)new JsonObject(names.Zip(values, KeyValuePair.Create).DistinctBy(member => member.Key));
        var items = UpToFour(inner).Select(nodes => (JsonNode?)new JsonArray([.. nodes]));
        return Gen.Frequency((1, scalar), (3, members), (2, items));
    }
}
