using SelfHealGitOps.Manifests;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorAddTests
{
    [Theory]
    [InlineData("s:\nt: 1\n", "s:\n  a:\n    b: 1\nt: 1\n")]
    [InlineData("s: # todo\n  # more\nt: 1\n", "s: # todo\n  a:\n    b: 1\n  # more\nt: 1\n")]
    [InlineData("s: null # todo\nt: 1\n", "s: # todo\n  a:\n    b: 1\nt: 1\n")]
    [InlineData("s: ~\nt:\n    u: 1\n", "s:\n    a:\n        b: 1\nt:\n    u: 1\n")]
    [InlineData("t:\n   u:\n   - 1\n\n\n", "t:\n   u:\n   - 1\ns:\n   a:\n      b: 1\n\n\n")]
    [InlineData("s:\n    c: 1\n", "s:\n    c: 1\n    a:\n        b: 1\n")]
    [InlineData("s:\n  a:\n    c: |\n      text\n\n\nt: 1\n", "s:\n  a:\n    c: |\n      text\n    b: 1\n\n\nt: 1\n")]
    [InlineData("s:\n  a:\n    c: |\n      text\n       \n\nt: 1\n", "s:\n  a:\n    c: |\n      text\n       \n    b: 1\n\nt: 1\n")]
    [InlineData("s:\n  a:\n    c: |+\n      text\n\nt: 1\n", "s:\n  a:\n    c: |+\n      text\n\n    b: 1\nt: 1\n")]
    [InlineData("s:\n  a:\n    c: x\n      y\nt: 1\n", "s:\n  a:\n    c: x\n      y\n    b: 1\nt: 1\n")]
    [InlineData("s:\n  a:\n    c: \"x\n\n      y\"  # why\nt: 1\n", "s:\n  a:\n    c: \"x\n\n      y\"  # why\n    b: 1\nt: 1\n")]
    [InlineData("s:\n  a:\n    c:\nt: 1\n", "s:\n  a:\n    c:\n    b: 1\nt: 1\n")]
    [InlineData("s:\n  a:\n    c: # why\nt: 1\n", "s:\n  a:\n    c: # why\n    b: 1\nt: 1\n")]
    [InlineData("# head\n---\ns:\n  a:\n    'c': 1\n    # below\n---\nt: 1\n", "# head\n---\ns:\n  a:\n    'c': 1\n    'b': 1\n    # below\n---\nt: 1\n")]
    public void A_key_goes_after_the_last_line_of_its_neighbours(string text, string expected)
    {
        foreach (var crlf in new[] { false, true })
        {
            Once(Ended(text, crlf), Ended(expected, crlf), Set("s.a.b", 1));
        }
    }

    [Theory]
    [InlineData("l:\n- name: x\n", "l:\n- name: x\n  k: 1\n")]
    [InlineData("l:\n  -   name: x # why\n", "l:\n  -   name: x # why\n      k: 1\n")]
    [InlineData("l:\n- {name: x}\n", "l:\n- {name: x, k: 1}\n")]
    [InlineData("l:\n-\n  name: x\n", "l:\n-\n  name: x\n  k: 1\n")]
    [InlineData("l:\n- # why\n  name: x\n", "l:\n- # why\n  name: x\n  k: 1\n")]
    public void A_key_aligns_with_the_keys_of_its_element(string text, string expected) => Gives(text, expected, Set("l[name=x].k", 1));

    [Theory]
    [InlineData("l:\n- a\n", "l:\n- a\n- x: 1\n  w:\n  - 2\n")]
    [InlineData("l:\n  -   a: 1\n", "l:\n  -   a: 1\n  -   x: 1\n      w:\n        - 2\n")]
    [InlineData("l:\n- - a\n", "l:\n- - a\n- x: 1\n  w:\n  - 2\n")]
    [InlineData("l:\n- a: |\n    text\n\nb: 1\n", "l:\n- a: |\n    text\n- x: 1\n  w:\n  - 2\n\nb: 1\n")]
    public void An_element_is_appended(string text, string expected)
    {
        foreach (var crlf in new[] { false, true })
        {
            Once(Ended(text, crlf), Ended(expected, crlf), Append("l", Map(("x", 1), ("w", List(2)))));
        }
    }

    [Fact]
    public void Elements_follow_the_quotes_and_the_order() =>
        Gives("l:\n- \"a\"\n- \"b\" # why\n", "l:\n- \"a\"\n- \"b\" # why\n- \"c\"\n- \"d\"\n", Append("l", "c"), Append("l", "d"));

    [Fact]
    public void Nested_lists_grow() => Gives("l:\n- - a\n  - b\n- - c\n", "l:\n- - a\n  - b\n  - x\n- - c\n  - w\n", Append("l[0]", "x"), Append("l[1]", "w"));

    [Theory]
    [InlineData("b", "m:\n  a: 1\n  b: 0\n  # about c\n  c: 1 # why\n  e: 1\nz: 1\n")]
    [InlineData("d", "m:\n  a: 1\n  # about c\n  c: 1 # why\n  d: 0\n  e: 1\nz: 1\n")]
    [InlineData("f", "m:\n  a: 1\n  # about c\n  c: 1 # why\n  e: 1\n  f: 0\nz: 1\n")]
    [InlineData("A", "m:\n  A: 0\n  a: 1\n  # about c\n  c: 1 # why\n  e: 1\nz: 1\n")]
    public void A_key_goes_in_order_where_there_is_one(string key, string expected) =>
        Gives("m:\n  a: 1\n  # about c\n  c: 1 # why\n  e: 1\nz: 1\n", expected, Set($"m.{key}", 0));

    [Fact]
    public void A_key_before_the_first_goes_above_its_comment() =>
        Gives("m:\n  # about b\n  b: 1\n  c: 1\n  d: 1\n", "m:\n  a: 0\n  # about b\n  b: 1\n  c: 1\n  d: 1\n", Set("m.a", 0));

    [Fact]
    public void Leading_keys_have_an_order_of_their_own() => Gives(
        "apiVersion: v1\nkind: X\nmetadata: {}\nl:\n- name: x\n  b: 1\n  c: 1\n  d: 1\n",
        "apiVersion: v1\nkind: X\nmetadata: {}\nl:\n- name: x\n  a: 0\n  b: 1\n  c: 1\n  d: 1\naaa: 1\n",
        Set("aaa", 1), Set("l[name=x].a", 0));

    [Fact]
    public void The_first_key_of_an_element_can_be_a_new_one() => Gives(
        "l:\n- b: 1\n  c: 1\n  d: 1\n", "l:\n- a:\n    x: 1\n  b: 1\n  c: 1\n  d: 1\n", Set("l[0].a.x", 1));

    [Fact]
    public void A_file_without_final_newline_gets_none() => Once("a: 1\nb:\n- x", "a: 1\nb:\n- x\n- w\nc:\n  d: 1", Append("b", "w"), Set("c.d", 1));

    [Fact]
    public void A_block_scalar_at_the_end_without_newline_gains_none() => Refuses(RefusalCode.UnsafeDiff, "a: |\n  x", Set("b", 1));

    [Fact]
    public void One_missing_parent_carries_the_rules_of_all_its_edits()
    {
        var spliced = Assert.IsType<EditResult.Spliced>(Apply("a: 1\n", Set("s.x", 1), Set("t", 1), Set("s.w", 1)));
        Assert.Equal([["rule-0", "rule-2"], ["rule-1"]], spliced.Splices.Select(splice => splice.Rules.ToArray()));
        Assert.All(spliced.Splices, splice => Assert.Equal((5, 5), (splice.Start, splice.End)));
    }

    [Fact]
    public void Splices_of_several_documents_are_applied_together()
    {
        var bytes = "a: 1\n---\na: 2\n"u8.ToArray();
        var splices = new List<TextSplice>();
        foreach (var reading in new ManifestReader().Read(new SourceText("x.yaml", bytes), isNamed: true))
        {
            splices.AddRange(((EditResult.Spliced)YamlEditor.Apply(reading.Document.Root, [new(Set("a", 3), []), new(Set("b", 4), [])])).Splices);
        }

        splices.Reverse();
        Assert.Equal("a: 3\nb: 4\n---\na: 3\nb: 4\n", System.Text.Encoding.UTF8.GetString(TextSplice.ApplyAll(bytes, splices)));
        Assert.Throws<ArgumentException>(() => TextSplice.ApplyAll(bytes, [new(0, 4, "", []), new(2, 3, "", [])]));
    }

    [Theory]
    [InlineData("a:\n  b:\n    {}\n  d: 1\n", "a:\n  b:\n    c: 1\n  d: 1\n")]
    [InlineData("a:\n  b: # why\n    {}\n", "a:\n  b: # why\n    c: 1\n")]
    [InlineData("a:\n  b:\n    # why\n    {}\n", "a:\n  b:\n    # why\n    c: 1\n")]
    public void An_empty_map_on_a_line_of_its_own_gives_way(string text, string expected) => Gives(text, expected, Set("a.b.c", 1));

    [Fact]
    public void An_empty_map_with_a_comment_below_its_key_stays() =>
        Refuses(RefusalCode.UnsafeDiff, "a:\n  b:\n    {} # why\n", Set("a.b.c", 1));

    private static string Ended(string text, bool crlf) => crlf ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
}
