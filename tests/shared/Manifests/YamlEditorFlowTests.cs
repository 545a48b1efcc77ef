using SelfHealGitOps.Manifests;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorFlowTests
{
    [Theory]
    [InlineData("a: {b: 1}\n", "a: {b: 1, c: x}\n")]
    [InlineData("a: { b: 1 } # why\n", "a: { b: 1, c: x } # why\n")]
    [InlineData("a: {b: 1,}\n", "a: {b: 1, c: x,}\n")]
    [InlineData("a: {b: 1,d: 2}\n", "a: {b: 1,d: 2,c: x}\n")]
    [InlineData("a: {\"b\":\"1\"}\n", "a: {\"b\":\"1\",\"c\":\"x\"}\n")]
    [InlineData("a: {\n  b: 1\n}\n", "a: {\n  b: 1,\n  c: x\n}\n")]
    [InlineData("a: {\n  b: 1, # why\n  d: 2 # too\n}\n", "a: {\n  b: 1, # why\n  d: 2, # too\n  c: x\n}\n")]
    [InlineData("a: {\n  b: 1, # why\n}\n", "a: {\n  b: 1, # why\n  c: x,\n}\n")]
    [InlineData("a: {}\n", "a:\n  c: x\n")]
    [InlineData("a: {} # why\n", "a: # why\n  c: x\n")]
    [InlineData("a: {} \n", "a: \n  c: x\n")]
    public void A_key_is_added(string text, string expected) => Gives(text, expected, Set("a.c", "x"));

    [Theory]
    [InlineData("a: [x]\n", "a: [x, w]\n")]
    [InlineData("a: [x,z] # why\n", "a: [x,z,w] # why\n")]
    [InlineData("a: ['x']\n", "a: ['x', 'w']\n")]
    [InlineData("a: [\n  \"x\",\n  \"z\"\n]\n", "a: [\n  \"x\",\n  \"z\",\n  \"w\"\n]\n")]
    [InlineData("a: []\n", "a:\n- w\n")]
    [InlineData("a: # why\n", "a: # why\n- w\n")]
    [InlineData("a: null # why\nb: 1\n", "a: # why\n- w\nb: 1\n")]
    [InlineData("a: ~\nb:\n  - 1\n", "a:\n  - w\nb:\n  - 1\n")]
    [InlineData("b: 1\n", "b: 1\na:\n- w\n")]
    public void An_element_is_added(string text, string expected) => Gives(text, expected, Append("a", "w"));

    [Theory]
    [InlineData("a: {b: 1, c: 2, d: 3}\n", "b", "a: {c: 2, d: 3}\n")]
    [InlineData("a: {b: 1, c: 2, d: 3}\n", "c", "a: {b: 1, d: 3}\n")]
    [InlineData("a: {b: 1, c: 2, d: 3}\n", "d", "a: {b: 1, c: 2}\n")]
    [InlineData("a: {b: 1, c: 2,}\n", "c", "a: {b: 1,}\n")]
    [InlineData("a: { b: 1 } # why\n", "b", "a: {} # why\n")]
    [InlineData("a: {\n  b: 1,\n  c: 2\n}\n", "c", "a: {\n  b: 1\n}\n")]
    [InlineData("a: {\n  b: 1,\n  c: 2\n}\n", "b", "a: {\n  c: 2\n}\n")]
    public void A_key_is_removed(string text, string key, string expected) => Gives(text, expected, Remove($"a.{key}"));

    [Fact]
    public void Removing_and_adding_compose() => Gives(
        "a: {b: 1, c: 2, d: 3, e: [x, w]}\n",
        "a: {c: 2, f: {g: [z]}, e: [q]}\n".Replace(", f: {g: [z]}, e: [q]", ", e: [q], f: {g: [z]}"),
        Remove("a.b"), Remove("a.d"), Remove("a.e[=x]"), Remove("a.e[=w]"), Append("a.e", "q"), Append("a.f.g", "z"));

    [Fact]
    public void Nested_flow_values_follow() => Gives(
        "a: {b: {}, c: null, d: , e: [{x: 1}]}\n",
        "a: {b: {x: 1}, c: {w: 'it''s', z: \"a, b\"}, d: [1], e: [{x: 2, w: \"yes\"}]}\n".Replace("'it''s'", "it's"),
        Set("a.b.x", 1), Set("a.c.w", "it's"), Set("a.c.z", "a, b"), Append("a.d", 1), Set("a.e[0].x", 2), Set("a.e[0].w", "yes"));

    private const string Json =
        """
        {
        	"apiVersion": "v1",
        	"kind": "Pod",
        	"spec": {
        		"securityContext": {},
        		"containers": [
        			{
        				"name": "web",
        				"image": "x"
        			}
        		],
        		"hostPID": true
        	}
        }

        """;

    [Fact]
    public void Json_keeps_its_tabs() => Gives(
        Json,
        Json.Replace("\"securityContext\": {}", "\"securityContext\": {\n\t\t\t\"a\": true\n\t\t}")
            .Replace("\"image\": \"x\"", "\"image\": \"y\",\n\t\t\t\t\"caps\": {\n\t\t\t\t\t\"drop\": [\n\t\t\t\t\t\t\"ALL\"\n\t\t\t\t\t]\n\t\t\t\t}")
            .Replace("],\n\t\t\"hostPID\": true", "]"),
        Set("spec.securityContext.a", true),
        Set("spec.containers[name=web].image", "y"),
        Append("spec.containers[name=web].caps.drop", "ALL"),
        Remove("spec.hostPID"));

    [Fact]
    public void Compact_json_stays_compact() => Gives(
        """{"apiVersion":"v1","kind":"Pod","spec":{"a":null,"c":["x"],"s":{}}}""",
        """{"apiVersion":"v1","kind":"Pod","spec":{"a":{"b":"\"q\"\n"},"c":["x","é"],"s":{"t":[1]}}}""",
        Set("spec.a.b", "\"q\"\n"), Append("spec.c", "é"), Append("spec.s.t", 1));

    [Theory]
    [InlineData("a: [&x 1, 2]\nb: 1\n")]
    [InlineData("a: [b: 1]\n")]
    [InlineData("a: [? b : 1]\n")]
    public void Odd_flow_collections_are_refused(string text) => Refuses(RefusalCode.UnsafeDiff, text, Append("a", 3));
}
