using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>
/// The suite of json-patch/json-patch-tests, cases marked disabled included: they are disabled for parsers that
/// keep the last of two keys, and for documents that are no object.
/// </summary>
public sealed class JsonPatchConformanceTests
{
    private const string Corpus = "json-patch-tests";

    public static TheoryData<string, int, string> Cases()
    {
        var cases = new TheoryData<string, int, string>();
        foreach (var file in Corpora.Has(Corpus) ? (string[])["tests.json", "spec_tests.json"] : [])
        {
            foreach (var (index, record) in Records(file).Index())
            {
                cases.Add(file, index, Text(record, "comment") ?? Text(record, "error") ?? "");
            }
        }

        return cases;
    }

    [CorporaTheory(Corpus)]
    [MemberData(nameof(Cases))]
    public void Behaves_as_the_suite_says(string file, int index, string comment)
    {
        var record = Records(file)[index];
        var document = JsonNode.Parse(record.GetProperty("doc").GetRawText());
        var before = document?.ToJsonString();

        var parse = JsonPatch.Parse(Encoding.UTF8.GetBytes(record.GetProperty("patch").GetRawText()));
        var applied = parse is JsonPatchParse.Parsed(var patch) ? patch.Apply(document) as JsonPatchResult.Applied : null;

        Assert.Equal(before, document?.ToJsonString());
        if (record.TryGetProperty("error", out _))
        {
            Assert.True(applied is null, $"applied, though it must not: {comment}");
        }
        else
        {
            // A record that wants nothing in particular wants to succeed and change nothing.
            var expected = record.TryGetProperty("expected", out var element) ? element : record.GetProperty("doc");
            Assert.NotNull(applied);
            Assert.True(JsonEquality.AreEqual(JsonNode.Parse(expected.GetRawText()), applied.Document), applied.Document?.ToJsonString());
        }
    }

    [CorporaFact(Corpus)]
    public void The_suite_is_whole() => Assert.True(Cases().Count >= 95 + 17, $"{Cases().Count} cases read, 112 wanted");

    private static List<JsonElement> Records(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Corpora.PathOf(Corpus, file)));
        // A record of a comment alone is a heading.
        return [.. document.RootElement.EnumerateArray().Where(record => record.TryGetProperty("patch", out _)).Select(record => record.Clone())];
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) ? value.GetString() : null;
}
