using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>
/// One text and the edits of its first object. What every edit must hold is asserted here: the tree is the one that the
/// reference makes, the same edits change nothing a second time, and every comment survives.
/// </summary>
internal static class EditCase
{
    public static FlatDocument Read(string text) => new ManifestReader()
        .Read(new SourceText("test.yaml", Encoding.UTF8.GetBytes(text)), isNamed: true)
        .Select(reading => reading.Problem is { } problem ? throw new InvalidOperationException($"{problem}\n{text}") : reading.Document)
        .First();

    public static EditResult Apply(string text, params Edit[] edits) =>
        YamlEditor.Apply(Read(text).Root, [.. edits.Select((edit, index) => new AttributedEdit(edit, [$"rule-{index}"]))]);

    public static string Spliced(string text, params Edit[] edits) => Apply(text, edits) switch
    {
        EditResult.Spliced spliced => Encoding.UTF8.GetString(TextSplice.ApplyAll(Encoding.UTF8.GetBytes(text), spliced.Splices)),
        EditResult.Refused refused => $"{refused.Refusal.Code}: {refused.Refusal.Message}",
        _ => throw new InvalidOperationException(),
    };

    public static void Gives(string text, string expected, params Edit[] edits)
    {
        foreach (var variant in new Func<string, string>[] { t => t, Crlf, Bom, t => Crlf(Bom(t)), NoFinalNewline, t => Crlf(NoFinalNewline(t)) })
        {
            // One line without an ending tells nothing of the endings that it would have.
            if (text.TrimEnd('\n').Contains('\n', StringComparison.Ordinal) || variant(text).EndsWith('\n'))
            {
                Once(variant(text), variant(expected), edits);
            }
        }
    }

    public static void Once(string text, string expected, params Edit[] edits)
    {
        var result = Spliced(text, edits);
        Assert.Equal(expected, result);
        var tree = JsonTree.ToJson(Read(text).Root);
        Assert.Equal(Json(ReferenceEdits.Apply(tree, edits)), Json(JsonTree.ToJson(Read(result).Root)));
        Assert.Empty(Comments(text).Except(Comments(result)));
        if (edits.All(edit => edit is Edit.Set) || edits.All(edit => edit is Edit.Remove { Path.Steps: [.., not PathStep.Index] }))
        {
            Assert.Equal(result, Spliced(result, edits));
        }
    }

    public static void Refuses(RefusalCode code, string text, params Edit[] edits)
    {
        var refused = Assert.IsType<EditResult.Refused>(Apply(text, edits));
        Assert.Equal(code, refused.Refusal.Code);
        if (edits.Length == 1)
        {
            Assert.Equal(refused.Refusal, YamlEditor.Check(Read(text).Root, edits[0]));
        }
    }

    public static Edit Set(string path, Value value) => new Edit.Set(Path(path), value);

    public static Edit Append(string path, Value value) => new Edit.Append(Path(path), value);

    public static Edit Remove(string path) => new Edit.Remove(Path(path));

    public static Value Map(params (string Key, Value Value)[] entries) =>
        new Value.Map([.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);

    public static Value List(params Value[] elements) => new Value.List([.. elements]);

    /// <summary>spec.containers[name=web].ports[0], drop[=ALL], with <c>|</c> for a dot in a key.</summary>
    public static FieldPath Path(string path)
    {
        var steps = new List<PathStep>();
        foreach (var part in path.Split('.'))
        {
            var open = part.IndexOf('[', StringComparison.Ordinal);
            var key = open < 0 ? part : part[..open];
            if (key.Length > 0)
            {
                steps.Add(new PathStep.Key(key.Replace('|', '.')));
            }

            foreach (var bracket in open < 0 ? [] : part[(open + 1)..].TrimEnd(']').Split("]["))
            {
                var equals = bracket.IndexOf('=', StringComparison.Ordinal);
                steps.Add(equals < 0 ? new PathStep.Index(int.Parse(bracket, System.Globalization.CultureInfo.InvariantCulture))
                    : equals == 0 ? new PathStep.Item(bracket[1..])
                    : new PathStep.Element([.. bracket.Split(',').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1]))]));
            }
        }

        return new([.. steps]);
    }

    /// <summary>The texts of all comments, as the lines after a <c>#</c> that follows white space.</summary>
    public static List<string> Comments(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Select(line => (line, At: $" {line}".IndexOf(" #", StringComparison.Ordinal)))
            .Where(pair => pair.At >= 0).Select(pair => pair.line[pair.At..])];

    private static string Json(JsonNode? node) => Sorted(node)?.ToJsonString() ?? "null";

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string Crlf(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string Bom(string text) => "\uFEFF" + text;

    private static string NoFinalNewline(string text) => text.TrimEnd('\n');
}
