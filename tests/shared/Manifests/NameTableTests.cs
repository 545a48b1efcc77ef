using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class NameTableTests
{
    private static readonly Name[] Names = Enum.GetValues<Name>()[1..];

    [Fact]
    public void Every_name_is_found_by_its_text() => Assert.All(Names, name =>
    {
        Assert.Equal(name, NameTable.Find(NameTable.Text(name)));
        Assert.Equal(new PathStep.Key(NameTable.Text(name)), NameTable.Step(name));
    });

    [Fact]
    public void Every_text_is_the_member_with_a_small_first_letter() => Assert.All(Names, name =>
    {
        Assert.Equal($"{name}"[1..], NameTable.Text(name)[1..]);
        Assert.True(char.IsAsciiLetterLower(NameTable.Text(name)[0]));
    });

    /// <summary>An ordering mistake in a static initialiser once made every rule read "absent".</summary>
    [Theory]
    [InlineData("yaml")]
    [InlineData("json")]
    public void Every_name_reads_as_present_in_a_document(string form)
    {
        var text = new StringBuilder(form == "json" ? "{\"apiVersion\":\"v1\",\"kind\":\"T\",\"all\":{" : "apiVersion: v1\nkind: T\nall:\n");
        text.AppendJoin(form == "json" ? "," : "", Names.Select(name => form == "json" ? $"\"{NameTable.Text(name)}\":\"{name}\"" : $"  {NameTable.Text(name)}: v{name}\n"));
        text.Append(form == "json" ? "}}" : "");
        var all = EditCase.Read(text.ToString()).Root["all"];
        Assert.Equal(Names.Length, all.Count);
        Assert.All(Names, name =>
        {
            Assert.True(all[name].Exists, $"{name}");
            Assert.EndsWith($"{name}", all[name].Text);
            Assert.Equal(all[NameTable.Text(name)].Node, all[name].Node);
        });
        foreach (var entry in all.Entries)
        {
            Assert.Equal(NameTable.Text(entry.Name), entry.Key);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("Spec")]
    [InlineData("SPEC")]
    [InlineData("spec ")]
    [InlineData("specs")]
    [InlineData("sp\u00e9c")]
    public void What_is_no_name_is_none(string text) => Assert.Equal(Name.None, NameTable.Find(text));

    [Fact]
    public void Names_are_case_sensitive_as_fields_are()
    {
        var root = EditCase.Read("apiVersion: v1\nkind: T\nSpec: 1\n").Root;
        Assert.False(root[Name.Spec].Exists);
        Assert.True(root["Spec"].Exists);
    }

    [Fact]
    public void Equal_hashes_are_told_apart_by_their_bytes()
    {
        var hash = NameTable.Hash("spec"u8);
        Assert.Equal(Name.None, NameTable.Find("other"u8, hash));
        Assert.Equal(Name.Spec, NameTable.Find("spec"u8, hash));
    }
}
