using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorPropertyTests
{
    private static readonly Gen<Value> Values = Gen.Elements<Value>(
        "x", "yes", 7, false, "a: b", new Value.Map([new("n", "1"), new("o", new Value.List(["p"]))]), new Value.List([]), new Value.Map([]),
        new Value.List([new Value.Map([new("r", true), new("s", "t")]), 2]));

    private static readonly Gen<(string Text, Edit[] Edits)> Cases =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        let text = StyledText.Write(seed)
        let paths = Paths(JsonTree.ToJson(EditCase.Read(text).Root), FieldPath.Root).ToArray()
        from count in Gen.Choose(1, 5)
        from edits in EditOf(paths).ListOf(count)
        select (text, Agreeing(edits));

    [Fact]
    public void The_text_gives_the_tree_that_the_edits_give() => Holds(Cases, it =>
    {
        if (EditCase.Apply(it.Text, it.Edits) is not EditResult.Spliced spliced)
        {
            return true;
        }

        var result = Encoding.UTF8.GetString(TextSplice.ApplyAll(Encoding.UTF8.GetBytes(it.Text), spliced.Splices));
        var expected = ReferenceEdits.Apply(JsonTree.ToJson(EditCase.Read(it.Text).Root), it.Edits);
        return JsonEquality.AreEqual(expected, JsonTree.ToJson(EditCase.Read(result).Root))
            ? true
            : throw new InvalidOperationException($"{string.Join('\n', it.Edits.Select(Describe))}\n--- before\n{it.Text}\n--- after\n{result}\n--- expected\n{expected?.ToJsonString()}");
    });

    [Fact]
    public void Every_comment_survives_and_line_endings_stay() => Holds(Cases, it =>
    {
        var result = EditCase.Spliced(it.Text, it.Edits);
        var isCrlf = it.Text.Contains("\r\n", StringComparison.Ordinal);
        var lost = Markers(it.Text).Except(Markers(result)).ToList();
        return EditCase.Apply(it.Text, it.Edits) is EditResult.Refused
            || (lost.Count == 0
                && (!isCrlf || result.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n']) < 0)
                && (isCrlf || !result.Contains('\r', StringComparison.Ordinal))
                && it.Text.StartsWith('\uFEFF') == result.StartsWith('\uFEFF')
                && (it.Text.EndsWith('\n') == result.EndsWith('\n') || HasBlankLine(it.Text)))
            ? true
            : throw new InvalidOperationException($"lost {string.Join(',', lost)}\n{string.Join('\n', it.Edits.Select(Describe))}\n--- before\n{it.Text}\n--- after\n{result}");
    });

    [Fact]
    public void Most_edits_are_carried_out()
    {
        var refused = new Dictionary<string, int>();
        var all = 0;
        foreach (var (text, edits) in Cases.Sample(1000))
        {
            all++;
            if (EditCase.Apply(text, edits[0]) is EditResult.Refused { Refusal: var refusal })
            {
                refused[$"{refusal.Code}"] = refused.GetValueOrDefault($"{refusal.Code}") + 1;
            }
        }

        Assert.True(refused.GetValueOrDefault("UnsafeDiff") < all / 5, string.Join(", ", refused));
    }

    private static Gen<Edit> EditOf((FieldPath Path, JsonNode? Node)[] places)
    {
        // A filter on the generator would look forever for a list in a document without one.
        var inner = places.Where(place => place.Path.Steps.Count > 0).Select(place => place.Path).ToArray();
        var maps = places.Where(place => place.Node is null or JsonObject).Select(place => place.Path).ToArray();
        var lists = places.Where(place => place.Node is null or JsonArray && place.Path.Steps.Count > 0).Select(place => place.Path).ToArray();
        return Gen.OneOf<Edit>([
            from path in Gen.Elements(inner) select (Edit)new Edit.Remove(path),
            from path in Gen.Elements(inner) from value in Values select (Edit)new Edit.Set(path, value),
            from path in Gen.Elements(maps)
            from key in Gen.Elements("added", "b", "zz", "on")
            from value in Values
            select (Edit)new Edit.Set(path.Key(key), value),
            from path in Gen.Elements(maps)
            from key in Gen.Elements("added", "more")
            from value in Values
            select (Edit)new Edit.Set(path.Key("deep").Key(key), value),
            .. lists.Length == 0
                ? Array.Empty<Gen<Edit>>()
                : [from path in Gen.Elements(lists) from value in Values select (Edit)new Edit.Append(path, value)],
        ]);
    }

    /// <summary>Without those that touch what another one sets: what they were to mean together is nobody's to say.</summary>
    private static Edit[] Agreeing(IEnumerable<Edit> edits)
    {
        var kept = new List<Edit>();
        foreach (var edit in edits)
        {
            if (!kept.Any(other => (other is Edit.Set && edit is not Edit.Remove && edit.Path.StartsWith(other.Path))
                || (edit is Edit.Set && other is not Edit.Remove && other.Path.StartsWith(edit.Path))))
            {
                kept.Add(edit);
            }
        }

        return [.. kept];
    }

    private static IEnumerable<(FieldPath Path, JsonNode? Node)> Paths(JsonNode? node, FieldPath path) => node switch
    {
        JsonObject map => map.SelectMany(entry => Paths(entry.Value, path.Key(entry.Key))).Prepend((path, node)),
        JsonArray list => list.SelectMany((element, index) => Paths(element, path.Append(new PathStep.Index(index)))).Prepend((path, node)),
        _ => [(path, node)],
    };

    /// <summary>A blank line ends the file where the line below it was the last and is gone.</summary>
    private static bool HasBlankLine(string text) => text.Split('\n').Any(string.IsNullOrWhiteSpace);

    private static IEnumerable<string> Markers(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, "# c[0-9]+").Select(match => match.Value);

    private static string Describe(Edit edit) => edit switch
    {
        Edit.Set set => $"set {edit.Path} {set.Value.ToJson().ToJsonString()}",
        Edit.Append append => $"append {edit.Path} {append.Value.ToJson().ToJsonString()}",
        _ => $"remove {edit.Path}",
    };

    private static void Holds<T>(Gen<T> cases, Func<T, bool> claim) =>
        Prop.ForAll(cases.ToArbitrary(), claim).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
