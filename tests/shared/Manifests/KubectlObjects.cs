using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>Compares what we read with what kubectl printed: trees, numbers by value.</summary>
internal static class KubectlObjects
{
    /// <summary>kubectl prints one JSON object after the other.</summary>
    public static List<JsonNode?> Parse(byte[] stream) => Read(new SourceText("kubectl.json", stream)).Documents;

    public static (List<JsonNode?> Documents, List<ProblemFile> Problems) Read(SourceText source)
    {
        var documents = new List<JsonNode?>();
        var problems = new List<ProblemFile>();
        foreach (var reading in new ManifestReader().Read(source, isNamed: true))
        {
            if (reading.Problem is { } problem)
            {
                problems.Add(problem);
            }

            if (reading.Kind == DocumentKind.Manifest)
            {
                documents.AddRange(reading.Document.Manifests().Select(each => WithType(each.Root)));
            }
        }

        return (documents, problems);
    }

    /// <summary>kubectl writes out what an item has from its list.</summary>
    private static JsonNode? WithType(Field root)
    {
        var tree = JsonTree.ToJson(root);
        if (tree is JsonObject map && root.Node != 0)
        {
            var type = ObjectType.Of(root);
            map["apiVersion"] = Encoding.UTF8.GetString(type.ApiVersion);
            map["kind"] = Encoding.UTF8.GetString(type.Kind);
        }

        return tree;
    }

    public static string? Difference(List<JsonNode?> expected, List<JsonNode?> actual)
    {
        // An object without an apiVersion is one to kubectl, but to no API server; a kustomization is input of kubectl itself.
        expected = [.. expected.Where(document => document!["apiVersion"]?.ToString() is { } apiVersion
            && !apiVersion.StartsWith("kustomize.config.k8s.io/", StringComparison.Ordinal))];
        if (expected.Count != actual.Count)
        {
            return $"{expected.Count} objects to kubectl, {actual.Count} to us";
        }

        for (var i = 0; i < expected.Count; i++)
        {
            if (Difference(expected[i], actual[i], $"[{i}]") is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? Difference(JsonNode? expected, JsonNode? actual, string at)
    {
        switch (expected, actual)
        {
            case (JsonObject e, JsonObject a):
                return e.Select(entry => entry.Key).Union(a.Select(entry => entry.Key))
                    .Select(key => e.ContainsKey(key) == a.ContainsKey(key) || (key == "creationTimestamp" && e[key] is null)
                        ? Difference(e[key], a[key], $"{at}.{key}")
                        : $"{at}.{key}: only {(e.ContainsKey(key) ? "kubectl" : "we")} have it")
                    .FirstOrDefault(difference => difference is not null);
            case (JsonArray e, JsonArray a) when e.Count == a.Count:
                return e.Zip(a).Select((pair, i) => Difference(pair.First, pair.Second, $"{at}[{i}]")).FirstOrDefault(difference => difference is not null);
            case (JsonValue e, JsonValue a) when e.GetValueKind() == JsonValueKind.Number && a.GetValueKind() == JsonValueKind.Number:
                // kubectl holds what is no int64 as a float64.
                return JsonEquality.AreEqual(e, a) || double.Parse(e.ToJsonString(), CultureInfo.InvariantCulture) == double.Parse(a.ToJsonString(), CultureInfo.InvariantCulture)
                    ? null
                    : $"{at}: {e} to kubectl, {a} to us";
            default:
                return JsonEquality.AreEqual(expected, actual) ? null : $"{at}: {expected?.ToJsonString() ?? "null"} to kubectl, {actual?.ToJsonString() ?? "null"} to us";
        }
    }
}
