using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Tests.Bypass;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>One object of the corpora, as JSON: what kubectl would send of it.</summary>
/// <param name="File">From the root of the corpora, with forward slashes.</param>
internal sealed record CorporaObject(string File, int Document, int? Item, JsonObject Root)
{
    private static readonly Lazy<IReadOnlyList<CorporaObject>> Loaded = new(() => [.. Read()]);

    /// <summary>
    /// The corpora of manifests, all but the one of JSON patches. Nothing is copied from them; they are read where they are.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = ["kube-linter", "manifests", "psa", "repos"];

    /// <summary>Every object of every file, once read and never changed: whoever wants to change one takes a copy.</summary>
    public static IReadOnlyList<CorporaObject> All => Loaded.Value;

    public static int FilesWithProblems { get; private set; }

    /// <summary>True where the request would be none: an API server sends no object without apiVersion and kind.</summary>
    public bool HasType => IsText(Root["apiVersion"]) && IsText(Root["kind"]);

    public Question Question => Question.Create(Root) with { Namespace = TextOf(Root["metadata"] as JsonObject, "namespace") };

    public static IEnumerable<string> Files() => Names
        .SelectMany(corpus => Directory.EnumerateFiles(Corpora.PathOf(corpus), "*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json")
        .Order(StringComparer.Ordinal);

    public override string ToString() => $"{File}#{Document}{(Item is { } item ? $"[{item}]" : "")}";

    private static IEnumerable<CorporaObject> Read()
    {
        var reader = new ManifestReader();
        foreach (var file in Files())
        {
            var name = Path.GetRelativePath(Corpora.Root!, file).Replace('\\', '/');
            foreach (var reading in reader.Read(new SourceText(name, System.IO.File.ReadAllBytes(file))))
            {
                FilesWithProblems += reading.Problem is null ? 0 : 1;
                if (reading.Kind != DocumentKind.Manifest)
                {
                    continue;
                }

                foreach (var (root, item) in reading.Document.Manifests())
                {
                    if (JsonTree.ToJson(root) is not JsonObject json)
                    {
                        continue;
                    }

                    // An item of a typed list has its type from the list.
                    var type = ObjectType.Of(root);
                    if (!json.ContainsKey("apiVersion") && !json.ContainsKey("kind") && type.Kind.Length > 0)
                    {
                        json["apiVersion"] = Encoding.UTF8.GetString(type.ApiVersion);
                        json["kind"] = Encoding.UTF8.GetString(type.Kind);
                    }

                    yield return new(name, reading.Document.Index, item, json);
                }
            }
        }
    }

    private static string? TextOf(JsonObject? map, string key) => IsText(map?[key]) ? map![key]!.GetValue<string>() : null;

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0;
}
