using SelfHealGitOps.Manifests;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorRefusalTests
{
    private const string Shared =
        """
        base: &base
          a: 1
          inner: {x: 1}
        copy: *base
        merged:
          <<: *base
          own: 2
        alone: &alone
          b: 1
        tagged: !!str 12
        template: "{{ image }}"
        shell: ${IMAGE}
        half: x # {{ not a value }}
        text: |
          some
        list:
        - name: a
        - name: a

        """;

    [Theory]
    [InlineData("base.a", RefusalCode.AnchoredNode)]
    [InlineData("base.new", RefusalCode.AnchoredNode)]
    [InlineData("base", RefusalCode.AnchoredNode)]
    [InlineData("copy.a", RefusalCode.AnchoredNode)]
    [InlineData("copy", RefusalCode.AnchoredNode)]
    [InlineData("merged.a", RefusalCode.MergeKey)]
    [InlineData("merged.inner.x", RefusalCode.MergeKey)]
    [InlineData("tagged", RefusalCode.Tagged)]
    [InlineData("template", RefusalCode.Templated)]
    [InlineData("shell", RefusalCode.Templated)]
    [InlineData("half", RefusalCode.Templated)]
    [InlineData("list[name=a].x", RefusalCode.Ambiguous)]
    [InlineData("list[name=b].x", RefusalCode.Absent)]
    [InlineData("text.x", RefusalCode.WrongShape)]
    public void Setting_is_refused(string path, RefusalCode code) => Refuses(code, Shared, Set(path, "new"));

    [Theory]
    [InlineData("base", RefusalCode.AnchoredNode)]
    [InlineData("copy", RefusalCode.AnchoredNode)]
    [InlineData("merged.a", RefusalCode.MergeKey)]
    [InlineData("merged.own", RefusalCode.MergeKey)]
    [InlineData("template", RefusalCode.Templated)]
    [InlineData("list[name=a]", RefusalCode.Ambiguous)]
    public void Removing_is_refused(string path, RefusalCode code) => Refuses(code, Shared, Remove(path));

    [Theory]
    [InlineData("alone.b")]
    [InlineData("alone.c")]
    [InlineData("merged.own")]
    [InlineData("merged.other")]
    public void What_lies_beside_anchors_is_edited(string path)
    {
        var edit = Set(path, "new");
        Assert.Null(YamlEditor.Check(Read(Shared).Root, edit));
        Once(Shared, Spliced(Shared, edit), edit);
    }

    [Fact]
    public void A_value_that_is_right_already_is_no_edit_even_behind_an_alias() =>
        Assert.Empty(Assert.IsType<EditResult.Spliced>(Apply(Shared, Set("copy.a", 1), Set("merged.inner", Map(("x", 1))))).Splices);

    [Fact]
    public void A_comment_inside_of_what_goes_is_refused()
    {
        const string text = "a:\n  b: 1 # why\n  c: 2\nd: |  # header\n  text\ne: 1\n";
        Refuses(RefusalCode.UnsafeDiff, text, Remove("a"));
        Refuses(RefusalCode.UnsafeDiff, text, Set("a", "x"));
        Refuses(RefusalCode.UnsafeDiff, text, Remove("d"));
    }

    [Fact]
    public void A_number_sign_inside_of_a_scalar_is_no_comment() =>
        Assert.Equal("e: 1\n", Spliced("a:\n  b: 'x # y'\n  c: |\n    # text\n  d: x#y\ne: 1\n", Remove("a")));

    [Fact]
    public void A_complex_key_is_only_edited_beside()
    {
        Refuses(RefusalCode.UnsafeDiff, "x:\n  ? a\n  : 1\n  b: 2\n", Remove("x.a"));
        Refuses(RefusalCode.UnsafeDiff, "x:\n  ? a\n  : 1\n  b: 2\n", Set("x.a", Map(("c", 1))));
        Gives("? a\n: b: 1\n", "? a\n: b: 1\nc: 1\n", Set("c", 1));
    }

    [Fact]
    public void A_lone_carriage_return_is_refused() =>
        Refuses(RefusalCode.UnsafeDiff, "a: 1\rb: 2\r", Set("c", 1));

    [Fact]
    public void Two_shapes_for_one_place_conflict() =>
        Refuses(RefusalCode.Conflict, "a: 1\n", Set("b.c", 1), Append("b", "x"));

    [Fact]
    public void A_block_scalar_does_not_lose_its_newline_to_the_end_of_the_file()
    {
        Refuses(RefusalCode.UnsafeDiff, "a: |\n  x\nb: 1\nc: 1", Remove("b"), Remove("c"));
        Once("a: |\n  x\nb: 1\nc: 1\n", "a: |\n  x\n", Remove("b"), Remove("c"));
    }

    [Fact]
    public void Kept_blank_lines_are_not_given_to_the_scalar_above() =>
        Refuses(RefusalCode.UnsafeDiff, "a: |+\n  x\nb: 1\n\nc: 1\n", Remove("b"));
}
