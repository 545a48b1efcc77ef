using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class JsonPatchParseTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("null", "array")]
    [InlineData("""{"op":"remove","path":"/a"}""", "array")]
    [InlineData("[] []", "after")]
    [InlineData("[1]", "operation 0: an operation is an object")]
    [InlineData("""[{"op":"remove","path":"/a"},null]""", "operation 1")]
    [InlineData("""[{"op":"remove","path":"/a"},]""", "operation 1")]
    [InlineData("""[{"op":"remove","path":"/a"}""", "operation 1")]
    [InlineData("""[/**/]""", "")]
    [InlineData("""[{"path":"/a"}]""", "'op' is missing")]
    [InlineData("""[{"op":null,"path":"/a"}]""", "'op' must be a string")]
    [InlineData("""[{"op":"Remove","path":"/a"}]""", "unknown op 'Remove'")]
    [InlineData("""[{"op":"remove"}]""", "'path' is missing")]
    [InlineData("""[{"op":"remove","path":["a"]}]""", "'path' must be a string")]
    [InlineData("""[{"op":"remove","path":"spec"}]""", "'path' is no JSON pointer: 'spec'")]
    [InlineData("""[{"op":"remove","path":"/~x"}]""", "'path' is no JSON pointer")]
    [InlineData("""[{"op":"add","path":"/a"}]""", "'value' is missing")]
    [InlineData("""[{"op":"replace","path":"/a"}]""", "'value' is missing")]
    [InlineData("""[{"op":"test","path":"/a"}]""", "'value' is missing")]
    [InlineData("""[{"op":"move","path":"/a"}]""", "'from' is missing")]
    [InlineData("""[{"op":"copy","path":"/a","from":"b"}]""", "'from' is no JSON pointer")]
    [InlineData("""[{"op":"remove","path":"/a","op":"remove"}]""", "duplicate key 'op'")]
    [InlineData("""[{"op":"remove","path":"/a","p\u0061th":"/b"}]""", "duplicate key 'path'")]
    [InlineData("""[{"op":"add","path":"/a","value":{"b":{"c":1,"c":2}}}]""", "duplicate key 'c'")]
    [InlineData("""[{"op":"add","path":"/a","value":"\ud800"}]""", "not Unicode")]
    [InlineData("""[{"op":"add","path":"/a","value":{"\udc00":1}}]""", "not Unicode")]
    [InlineData("""[{"op":"add","path":"/a","value":01}]""", "operation 0")]
    public void Refuses(string json, string reason) => Assert.Contains(reason, Refusal(Encoding.UTF8.GetBytes(json)), StringComparison.Ordinal);

    [Fact]
    public void Refuses_what_is_not_utf8() => Assert.Contains("UTF-8", Refusal([(byte)'[', 0xff, (byte)']']), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_byte_order_mark() => Refusal("\uFEFF[]"u8);

    [Fact]
    public void Refuses_nesting_beyond_the_limit()
    {
        Assert.Single(Parsed(Nested(JsonWeight.MaxDepth - 2)).Operations);
        Refusal(Encoding.UTF8.GetBytes(Nested(JsonWeight.MaxDepth - 1)));
        Refusal(Encoding.UTF8.GetBytes(Nested(100_000)));
    }

    [Fact]
    public void Refuses_too_many_operations()
    {
        Assert.Equal(10_000, Parsed(Repeated(10_000)).Operations.Count);
        Refusal(Encoding.UTF8.GetBytes(Repeated(10_001)));
    }

    [Fact]
    public void A_reason_is_short_and_on_one_line_whatever_it_quotes()
    {
        var reason = Refusal(Encoding.UTF8.GetBytes($$"""[{"op":"a\nb\u2028\ud83d\ude00{{new string('x', 100_000)}}","path":""}]"""));
        Assert.True(reason.Length < 200);
        Assert.DoesNotContain(reason, character => char.IsControl(character) || char.IsSurrogate(character) || character == '\u2028');
    }

    [Fact]
    public void Ignores_members_that_the_operation_does_not_know()
    {
        var patch = Parsed("""[{"x":{"y":[1],"y":2},"op":"remove","from":7,"path":"/a","value":1,"x":null}]""");
        Assert.Equal([new JsonPatchOperation.Remove(JsonPointer.Parse("/a"))], patch.Operations);
    }

    [Fact]
    public void A_value_of_null_is_a_value() =>
        Assert.Equal([new JsonPatchOperation.Add(JsonPointer.Parse("/a"), null)], Parsed("""[{"op":"add","path":"/a","value":null}]""").Operations);

    [Fact]
    public void Renders_what_it_read()
    {
        const string json = """[{"op":"add","path":"/a~1b/-","value":{"n":1.50,"big":123456789012345678901234567890,"s":null,"t":[true,false,"x"]}},{"op":"remove","path":""},{"op":"replace","path":"/","value":-0},{"op":"move","path":"/b","from":"/a"},{"op":"copy","path":"/b","from":""},{"op":"test","path":"/c","value":null}]""";
        Assert.Equal(json, Parsed(json).ToJson());
    }

    private static string Nested(int levels) =>
        $$"""[{"op":"add","path":"/a","value":{{new string('[', levels)}}{{new string(']', levels)}}}]""";

    private static string Repeated(int count) =>
        $"[{string.Join(',', Enumerable.Repeat("""{"op":"remove","path":"/a"}""", count))}]";

    private static JsonPatch Parsed(string json) => Assert.IsType<JsonPatchParse.Parsed>(JsonPatch.Parse(Encoding.UTF8.GetBytes(json))).Patch;

    private static string Refusal(ReadOnlySpan<byte> json) => Assert.IsType<JsonPatchParse.Refused>(JsonPatch.Parse(json)).Reason;
}
