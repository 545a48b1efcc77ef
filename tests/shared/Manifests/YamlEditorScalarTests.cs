using SelfHealGitOps.Manifests;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorScalarTests
{
    [Theory]
    [InlineData("\"nginx:1\"", "\"nginx:2\"")]
    [InlineData("'nginx:1'", "'nginx:2'")]
    [InlineData("nginx:1", "nginx:2")]
    [InlineData("true", "nginx:2")]
    [InlineData("|\n  one\n  two", "nginx:2")]
    [InlineData(">-\n  one\n\n  two", "nginx:2")]
    [InlineData("one\n  two", "nginx:2")]
    [InlineData("\"one\n  two\"", "\"nginx:2\"")]
    [InlineData("\n  one", "\n  nginx:2")]
    [InlineData("{x: 1}", "nginx:2")]
    [InlineData("[x,\n  w]", "nginx:2")]
    [InlineData("\n  x: 1\n  w:\n  - 1", "nginx:2")]
    [InlineData("\n- x\n- w", "nginx:2")]
    [InlineData("null", "nginx:2")]
    [InlineData("~", "nginx:2")]
    public void A_value_is_replaced_in_its_quotes(string old, string expected)
    {
        Gives($"a: {old}\nb: 1\n", $"a: {expected}\nb: 1\n".Replace("a: \n", "a: \n"), Set("a", "nginx:2"));
        Gives($"x:\n  a: {old.Replace("\n", "\n  ")}\n\n# why\nb: 1\n", $"x:\n  a: {expected.Replace("\n", "\n  ")}\n\n# why\nb: 1\n", Set("x.a", "nginx:2"));
    }

    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("123", "\"123\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("0x1", "\"0x1\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("", "\"\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("0o7", "\"0o7\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("<<", "\"<<\"")]
    [InlineData("- a", "\"- a\"")]
    [InlineData("---", "\"---\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("a:", "\"a:\"")]
    [InlineData("*a", "\"*a\"")]
    [InlineData("{a", "\"{a\"")]
    [InlineData("%a", "\"%a\"")]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("a\\\u0007\"", "a\\\u0007\"")]
    [InlineData("--a=b", "--a=b")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("100m", "100m")]
    [InlineData("a#b", "a#b")]
    [InlineData("http://x:80/{y}", "http://x:80/{y}")]
    [InlineData("it's \"so\"", "it's \"so\"")]
    [InlineData("größe 🚀", "größe 🚀")]
    [InlineData("/var/run", "/var/run")]
    public void A_string_is_quoted_where_it_would_be_read_as_another_thing(string text, string expected)
    {
        expected = text.Contains('\u0007', StringComparison.Ordinal) ? "\"a\\\\\\u0007\\\"\"" : expected;
        Gives("a: x\nb: 1\n", $"a: {expected}\nb: 1\n", Set("a", text));
        Gives("b: 1\n", $"b: 1\na:\n  c: {expected}\n", Set("a.c", text));
        Gives("b: 1\n", $"b: 1\na:\n- {expected}\n", Append("a", text));
        Once("a: [x]\n", Spliced("a: [x]\n", Append("a", text)), Append("a", text));
        Once("a: 'x'\n", Spliced("a: 'x'\n", Set("a", text)), Set("a", text));
        Once("a: {b: x}\n", Spliced("a: {b: x}\n", Set("a.c", text)), Set("a.c", text));
        if (text.Length > 0)
        {
            var path = new Edit.Set(FieldPath.Root.Key(text), true);
            Once("b: 1\n", Spliced("b: 1\n", path), path);
        }
    }

    [Fact]
    public void A_string_becomes_a_boolean_without_quotes() => Gives("a: \"true\" # why\n", "a: true # why\n", Set("a", true));

    [Fact]
    public void The_header_comment_of_a_block_scalar_stays() => Gives("a: | # why\n  x\n\nb: 1\n", "a: w # why\n\nb: 1\n", Set("a", "w"));

    [Fact]
    public void An_equal_value_is_no_edit() => Gives("a: 0x10\nb: 'x'\nc: yes\nd: {e: [1]}\n", "a: 0x10\nb: 'x'\nc: yes\nd: {e: [1]}\n",
        Set("a", 16), Set("b", "x"), Set("c", true), Set("d", Map(("e", List(1)))));

    [Fact]
    public void A_map_over_a_map_changes_only_what_differs() => Gives(
        "a:\n  b: 1 # why\n  c: 'x'\n  d: 1\n", "a:\n  b: 1 # why\n  c: 'w'\n  e: 1\n", Set("a", Map(("c", "w"), ("b", 1), ("e", 1))));

    [Theory]
    [InlineData("a: x # why\nb: 1\n", "a: # why\n  c: 1\nb: 1\n")]
    [InlineData("a: | # why\n  x\n\nb: 1\n", "a: # why\n  c: 1\n\nb: 1\n")]
    [InlineData("a:\n- x\n- w\nb: 1\n", "a:\n  c: 1\nb: 1\n")]
    [InlineData("a: [x,\n  w]\nb: 1\n", "a:\n  c: 1\nb: 1\n")]
    [InlineData("a:\n\n# why\nb: 1\n", "a:\n  c: 1\n\n# why\nb: 1\n")]
    public void A_map_over_something_else(string text, string expected) => Gives(text, expected, Set("a", Map(("c", 1))));

    [Theory]
    [InlineData("a:\n- x\n", "a:\n- c:\n  - w\n  d: {}\n")]
    [InlineData("a:\n-   x # why\n", "a:\n-   c: # why\n    - w\n    d: {}\n")]
    [InlineData("a:\n-\n- z\n", "a:\n- c:\n  - w\n  d: {}\n- z\n")]
    [InlineData("a:\n  - {}\n", "a:\n  - c:\n      - w\n    d: {}\n")]
    public void A_map_over_an_element(string text, string expected) =>
        Gives(text, expected, new Edit.Set(Path("a[0]"), Map(("c", List("w")), ("d", Map()))));
}
