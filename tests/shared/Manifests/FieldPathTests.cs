using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class FieldPathTests
{
    [Fact]
    public void Is_written_as_people_write_it()
    {
        var path = FieldPath.Root.Key("spec").Key(Name.Containers).Append(new PathStep.Element("name", "web")).Key("capabilities").Key("drop").Item("ALL");
        Assert.Equal("spec.containers[name=web].capabilities.drop[=ALL]", path.ToString());
        Assert.Equal("args[3]", FieldPath.Root.Key("args").Append(new PathStep.Index(3)).ToString());
        Assert.Equal("[0].a", FieldPath.Root.Append(new PathStep.Index(0)).Key("a").ToString());
        Assert.Equal("p[containerPort=80,protocol=UDP]", FieldPath.Root.Key("p").Append(new PathStep.Element([new("containerPort", "80"), new("protocol", "UDP")])).ToString());
        Assert.Equal("", FieldPath.Root.ToString());
    }

    [Theory]
    [InlineData("a.b", "m[\"a.b\"]")]
    [InlineData("a/b", "m[\"a/b\"]")]
    [InlineData("a[0]", "m[\"a[0]\"]")]
    [InlineData("a\"b", "m[\"a\\\"b\"]")]
    [InlineData("a~b", "m.a~b")]
    public void Keys_that_could_be_taken_for_more_are_quoted(string key, string text) =>
        Assert.Equal(text, FieldPath.Root.Key("m").Key(key).ToString());

    [Fact]
    public void Paths_are_equal_by_their_steps()
    {
        Assert.Equal(FieldPath.Root.Key("a").Key(Name.Spec), FieldPath.Root.Key("a").Key("spec"));
        Assert.Equal(FieldPath.Root.Key("a").Key("b").GetHashCode(), FieldPath.Root.Key("a").Key("b").GetHashCode());
        Assert.NotEqual(FieldPath.Root.Key("a").Key("b"), FieldPath.Root.Key("a.b"));
        Assert.NotEqual(FieldPath.Root.Append(new PathStep.Element("name", "x")), FieldPath.Root.Append(new PathStep.Element("key", "x")));
    }

    [Fact]
    public void Starts_with_whole_steps_only()
    {
        var path = FieldPath.Root.Key("a").Key("bc");
        Assert.True(path.StartsWith(FieldPath.Root));
        Assert.True(path.StartsWith(FieldPath.Root.Key("a")));
        Assert.True(path.StartsWith(path));
        Assert.False(path.StartsWith(FieldPath.Root.Key("a").Key("b")));
        Assert.False(FieldPath.Root.Key("a").StartsWith(path));
    }

    [Fact]
    public void Has_a_parent_up_to_the_root()
    {
        Assert.Equal(FieldPath.Root.Key("a"), FieldPath.Root.Key("a").Key("b").Parent);
        Assert.Equal(FieldPath.Root, FieldPath.Root.Key("a").Parent);
        Assert.Null(FieldPath.Root.Parent);
    }

    [Fact]
    public void Counts_from_the_root_of_its_object()
    {
        var document = EditCase.Read("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- apiVersion: v1\n  kind: B\n  spec: {x: [{z: 1}]}\n");
        var field = default(Field);
        foreach (var element in document.Manifests().Last().Root["spec"]["x"].Elements)
        {
            field = element["z"];
        }

        Assert.Equal("spec.x[0].z", field.Path.ToString());
        Assert.Equal("/spec/x/0/z", field.Pointer);
    }
}
