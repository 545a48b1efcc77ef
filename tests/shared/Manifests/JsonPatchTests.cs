using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class JsonPatchTests
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 2 * JsonWeight.MaxDepth };

    private const string Pod = """{"kind":"Pod","spec":{"containers":[{"name":"web","image":"nginx"},{"name":"log"}],"hostPID":null}}""";

    [Theory]
    [InlineData("""{"op":"add","path":"/spec/hostIPC","value":false}""", "/spec/hostIPC", "false")]
    [InlineData("""{"op":"add","path":"/spec/hostPID","value":true}""", "/spec/hostPID", "true")]
    [InlineData("""{"op":"add","path":"/spec/containers/1","value":{"name":"mid"}}""", "/spec/containers/1/name", "\"mid\"")]
    [InlineData("""{"op":"add","path":"/spec/containers/2","value":{"name":"end"}}""", "/spec/containers/2/name", "\"end\"")]
    [InlineData("""{"op":"add","path":"/spec/containers/-","value":null}""", "/spec/containers/2", "null")]
    [InlineData("""{"op":"add","path":"","value":7}""", "", "7")]
    [InlineData("""{"op":"remove","path":"/spec/containers/0"}""", "/spec/containers/0/name", "\"log\"")]
    [InlineData("""{"op":"replace","path":"/spec/containers/0/image","value":["a"]}""", "/spec/containers/0/image", "[\"a\"]")]
    [InlineData("""{"op":"replace","path":"/spec/hostPID","value":1}""", "/spec/hostPID", "1")]
    [InlineData("""{"op":"replace","path":"","value":null}""", "", "null")]
    [InlineData("""{"op":"move","from":"/spec/containers/0","path":"/spec/containers/1"}""", "/spec/containers/1/name", "\"web\"")]
    [InlineData("""{"op":"move","from":"/spec/hostPID","path":"/gone"}""", "/gone", "null")]
    [InlineData("""{"op":"move","from":"/spec/containers/0/name","path":""}""", "", "\"web\"")]
    [InlineData("""{"op":"move","from":"","path":""}""", "/kind", "\"Pod\"")]
    [InlineData("""{"op":"copy","from":"","path":"/spec/whole"}""", "/spec/whole/kind", "\"Pod\"")]
    [InlineData("""{"op":"test","path":"/spec/containers/1","value":{"name":"log"}}""", "/kind", "\"Pod\"")]
    public void Applies(string operation, string path, string expected)
    {
        // The trailing test operation is the assertion.
        var patch = Patch($$"""[{{operation}},{"op":"test","path":"{{path}}","value":{{expected}}}]""");
        Assert.IsType<JsonPatchResult.Applied>(patch.Apply(JsonNode.Parse(Pod)));
    }

    [Theory]
    [InlineData("""{"op":"add","path":"/status/phase","value":1}""", "nothing is at '/status'")]
    [InlineData("""{"op":"add","path":"/kind/x","value":1}""", "'/kind' is neither object nor array")]
    [InlineData("""{"op":"add","path":"/spec/hostPID/x","value":1}""", "'/spec/hostPID' is neither object nor array")]
    [InlineData("""{"op":"add","path":"/spec/containers/3","value":1}""", "index from 0 to 2")]
    [InlineData("""{"op":"add","path":"/spec/containers/01","value":1}""", "index from 0 to 2")]
    [InlineData("""{"op":"add","path":"/spec/containers/+1","value":1}""", "index from 0 to 2")]
    [InlineData("""{"op":"add","path":"/spec/containers/1e0","value":1}""", "index from 0 to 2")]
    [InlineData("""{"op":"add","path":"/spec/containers/-/name","value":1}""", "nothing is at")]
    [InlineData("""{"op":"remove","path":"/spec/containers/-"}""", "nothing is at '/spec/containers/-'")]
    [InlineData("""{"op":"remove","path":"/Kind"}""", "nothing is at '/Kind'")]
    [InlineData("""{"op":"remove","path":""}""", "the whole document cannot be removed")]
    [InlineData("""{"op":"replace","path":"/spec/hostIPC","value":1}""", "nothing is at '/spec/hostIPC'")]
    [InlineData("""{"op":"replace","path":"/spec/containers/2","value":1}""", "nothing is at")]
    [InlineData("""{"op":"replace","path":"/spec/containers/-","value":1}""", "nothing is at")]
    [InlineData("""{"op":"move","from":"/none","path":"/none"}""", "nothing is at '/none'")]
    [InlineData("""{"op":"move","from":"/spec","path":"/spec/x"}""", "'/spec' cannot be moved into itself")]
    [InlineData("""{"op":"move","from":"/spec/containers/0","path":"/spec/containers/0/x"}""", "cannot be moved into itself")]
    [InlineData("""{"op":"move","from":"/spec/containers/0","path":"/spec/containers/2"}""", "index from 0 to 1")]
    [InlineData("""{"op":"copy","from":"/spec/containers/-","path":"/x"}""", "nothing is at")]
    [InlineData("""{"op":"test","path":"/spec/hostIPC","value":null}""", "nothing is at")]
    public void Fails_and_changes_nothing(string operation, string reason)
    {
        var document = JsonNode.Parse(Pod);

        var failed = Failure($$"""[{"op":"replace","path":"/kind","value":"changed"},{{operation}}]""", document);

        Assert.Equal(1, failed.OperationIndex);
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
        Assert.Equal(Pod, document?.ToJsonString());
    }

    [Fact]
    public void A_failed_test_does_not_tell_the_values()
    {
        var failed = Failure("""[{"op":"test","path":"/data/key","value":"guess"}]""", JsonNode.Parse("""{"data":{"key":"hunter2"}}"""));
        Assert.Equal("'/data/key' is not as the test wants it", failed.Reason);
    }

    [Fact]
    public void A_replaced_member_keeps_its_place() =>
        Assert.Equal("""{"a":1,"b":9,"c":3}""", Applied("""[{"op":"replace","path":"/b","value":9}]""", """{"a":1,"b":2,"c":3}""")?.ToJsonString());

    [Fact]
    public void A_scalar_document_can_be_tested_and_replaced()
    {
        Assert.Equal("2", Applied("""[{"op":"test","path":"","value":null},{"op":"replace","path":"","value":2}]""", "null")?.ToJsonString());
        Assert.Null(Applied("[]", "null"));
    }

    [Fact]
    public void The_result_shares_nothing_with_document_or_patch()
    {
        var document = JsonNode.Parse("""{"a":{"b":[1]}}""");
        var patch = Patch("""[{"op":"add","path":"/c","value":{"d":[]}},{"op":"copy","from":"/c","path":"/e"},{"op":"add","path":"/e/d/-","value":1}]""");
        for (var i = 0; i < 2; i++)
        {
            var applied = Assert.IsType<JsonPatchResult.Applied>(patch.Apply(document)).Document;
            Assert.Equal("""{"a":{"b":[1]},"c":{"d":[]},"e":{"d":[1]}}""", applied?.ToJsonString());
            applied!["a"]!["b"]![0] = 2;
            applied["c"]!["d"] = 2;
        }

        Assert.Equal("""{"a":{"b":[1]}}""", document?.ToJsonString());
    }

    [Fact]
    public void A_document_that_copies_itself_again_and_again_is_stopped()
    {
        var copies = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"op":"copy","from":"","path":"/{{i}}"}"""));
        Assert.Contains("3145728 bytes", Failure($"[{copies}]", new JsonObject()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_text_copied_again_and_again_is_stopped()
    {
        var copies = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"op":"copy","from":"/text","path":"/{{i}}"}"""));
        Assert.Equal(31, Failure($"[{copies}]", new JsonObject { ["text"] = new string('x', 100_000) }).OperationIndex);
    }

    [Theory]
    [InlineData("""{"op":"add","path":"PATH","value":[[]]}""")]
    [InlineData("""{"op":"replace","path":"PATH","value":[[]]}""")]
    [InlineData("""{"op":"copy","from":"/1","path":"PATH"}""")]
    [InlineData("""{"op":"move","from":"/1","path":"PATH"}""")]
    public void Nesting_is_bounded(string operation)
    {
        const int Deepest = JsonWeight.MaxDepth - 2;
        var deep = $"[{new string('[', Deepest)}1{new string(']', Deepest)},[[]]]";
        string At(int tokens) => $"[{operation.Replace("PATH", string.Concat(Enumerable.Repeat("/0", tokens)), StringComparison.Ordinal)}]";

        Assert.NotNull(Applied(At(Deepest), deep));
        Assert.Contains($"deeper than {JsonWeight.MaxDepth}", Failure(At(Deepest + 1), JsonNode.Parse(deep, null, Deep)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"b":1,"b":2}}""")]
    [InlineData("""{"a":{"\ud800":1}}""")]
    public void A_document_read_leniently_fails_rather_than_throws(string document)
    {
        Assert.Contains("duplicate key", Failure("""[{"op":"test","path":"/a","value":{"b":2}}]""", JsonNode.Parse(document)).Reason, StringComparison.Ordinal);
        Assert.Contains("duplicate key", Failure("""[{"op":"remove","path":"/a/b"}]""", JsonNode.Parse(document)).Reason, StringComparison.Ordinal);
    }

    private static JsonPatch Patch(string json) => Assert.IsType<JsonPatchParse.Parsed>(JsonPatch.Parse(Encoding.UTF8.GetBytes(json))).Patch;

    private static JsonNode? Applied(string patch, string document) =>
        Assert.IsType<JsonPatchResult.Applied>(Patch(patch).Apply(JsonNode.Parse(document, null, Deep))).Document;

    private static JsonPatchResult.Failed Failure(string patch, JsonNode? document) =>
        Assert.IsType<JsonPatchResult.Failed>(Patch(patch).Apply(document));
}
