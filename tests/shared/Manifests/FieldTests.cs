using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class FieldTests
{
    private const string Text =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels: {a/b~c: x}
        spec:
          nothing:
          hostNetwork: yes
          hostPID: "true"
          priority: 0x10
          containers:
          - name: web
            ports:
            - {containerPort: 53, protocol: UDP}
            - {containerPort: 80, protocol: TCP}
            - {name: bare}
          - image: unnamed
        """;

    [Fact]
    public void Knows_what_is_there()
    {
        var spec = Root["spec"];
        Assert.True(spec is { Exists: true, IsWritten: true, IsMap: true, IsList: false, Count: 5, Text: null });
        Assert.True(spec[Name.HostNetwork] is { IsTrue: true, IsFalse: false, Text: "yes", IsString: false });
        Assert.True(spec[Name.HostPID] is { IsTrue: false, IsFalse: false, IsString: true, Text: "true" });
        Assert.Equal(16, spec[Name.Priority].Integer);
        Assert.Null(spec[Name.HostPID].Integer);
        Assert.Equal(2, spec[Name.Containers].Count);
    }

    [Fact]
    public void A_null_is_written_but_not_there()
    {
        var field = Root["spec"]["nothing"];
        Assert.True(field is { Exists: false, IsWritten: true, Kind: NodeKind.Null, Count: 0, Text: null, Integer: null, IsTrue: false, IsFalse: false });
        Assert.True(field.Utf8.IsEmpty);
        Assert.False(field.Is(""u8));
        Assert.Equal("/spec/nothing/type", field[Name.Type].Pointer);
    }

    [Fact]
    public void A_default_field_is_absent_and_stays_so()
    {
        Field field = default;
        Assert.False(field.Exists);
        Assert.False(field[Name.Spec]["x"][Name.Name].IsWritten);
        Assert.Equal("", field.ToString());
        foreach (var _ in field.Elements)
        {
            Assert.Fail("an element of nothing");
        }

        foreach (var _ in field.Entries)
        {
            Assert.Fail("an entry of nothing");
        }
    }

    [Fact]
    public void An_absent_field_knows_its_place()
    {
        var field = Root["spec"][Name.SecurityContext][Name.SeccompProfile][Name.Type];
        Assert.False(field.Exists);
        Assert.False(field.IsWritten);
        Assert.Equal("/spec/securityContext/seccompProfile/type", field.Pointer);
        Assert.Equal("spec.securityContext.seccompProfile.type", field.Path.ToString());
        Assert.Equal("(absent) spec.securityContext.seccompProfile.type", field.ToString());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l")]
    public void Any_depth_of_absent_fields_is_borne_by_names_and_by_texts(string below)
    {
        var byName = Root[Name.Status];
        var byText = Root["none"];
        var mixed = Root[Name.Status];
        var path = FieldPath.Root;
        var count = 0;
        foreach (var step in below.Split('.'))
        {
            byName = byName[Name.Spec];
            byText = byText[step];
            mixed = count++ % 2 == 0 ? mixed[step] : mixed[Name.Spec];
            path = path.Key(step);
            Assert.False(byName.Exists || byText.Exists || mixed.Exists);
        }

        Assert.Equal("/status" + string.Concat(Enumerable.Repeat("/spec", count)), byName.Pointer);
        Assert.Equal($"none.{path}", byText.Path.ToString());
        Assert.Equal("/none/" + below.Replace('.', '/'), byText.Pointer);
        Assert.Equal("/status/" + string.Join('/', below.Split('.').Select((step, index) => index % 2 == 0 ? step : "spec")), mixed.Pointer);
        Assert.Equal(path.Steps.Count + 1, byName.Path.Steps.Count);
    }

    [Fact]
    public void A_label_that_is_absent_is_no_end()
    {
        var field = Root["metadata"][Name.Annotations]["example.com/x"]["y"][Name.Type];
        Assert.Equal("/metadata/annotations/example.com~1x/y/type", field.Pointer);
        Assert.Equal(5, field.Path.Steps.Count);
    }

    [Fact]
    public void Two_absent_fields_below_one_place_keep_their_own_paths()
    {
        foreach (var depth in new[] { 1, 3, 6 })
        {
            var field = Root["spec"];
            for (var i = 0; i < depth; i++)
            {
                field = field[Name.Sources];
            }

            var (one, other) = (field[Name.Type], field["type2"]);
            Assert.EndsWith("type", one.Path.ToString());
            Assert.EndsWith("type2", other.Path.ToString());
            Assert.EndsWith("type", one.Path.ToString());
            Assert.Equal(one.Path, field[Name.Type].Path);
        }
    }

    [Fact]
    public void Looking_for_what_is_absent_allocates_nothing()
    {
        var root = Root;
        Look(root);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exists = Look(root);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(exists);
    }

    [Fact]
    public void Below_a_scalar_everything_is_absent()
    {
        var field = Root["kind"][Name.Name]["x"];
        Assert.False(field.Exists);
        Assert.Equal("/kind/name/x", field.Pointer);
    }

    [Fact]
    public void Elements_are_addressed_by_merge_key_and_pointed_at_by_index()
    {
        var found = new List<string>();
        foreach (var container in Root["spec"]["containers"].Elements)
        {
            found.Add($"{container.Path} {container.Pointer}");
            foreach (var port in container["ports"].Elements)
            {
                found.Add($"{port.Path} {port.Pointer}");
            }
        }

        Assert.Equal(
            [
                "spec.containers[name=web] /spec/containers/0",
                "spec.containers[name=web].ports[containerPort=53,protocol=UDP] /spec/containers/0/ports/0",
                "spec.containers[name=web].ports[containerPort=80] /spec/containers/0/ports/1",
                "spec.containers[name=web].ports[2] /spec/containers/0/ports/2",
                "spec.containers[1] /spec/containers/1",
            ],
            found);
    }

    [Fact]
    public void Ports_are_those_of_containers_only_in_containers()
    {
        var rule = EditCase.Read("spec: {ingress: [{ports: [{port: 80}, {port: 53, protocol: UDP, containerPort: 1}]}]}\n").Root["spec"]["ingress"].Elements;
        var ports = new List<string>();
        foreach (var element in rule)
        {
            foreach (var port in element["ports"].Elements)
            {
                ports.Add($"{port.Path}");
            }
        }

        Assert.Equal(["spec.ingress[0].ports[port=80]", "spec.ingress[0].ports[port=53,protocol=UDP]"], ports);
    }

    [Fact]
    public void Keys_with_slashes_and_tildes_are_escaped_in_pointers_only()
    {
        var label = Root["metadata"]["labels"]["a/b~c"];
        Assert.Equal("/metadata/labels/a~1b~0c", label.Pointer);
        Assert.Equal(new PathStep.Key("a/b~c"), label.Path.Steps[^1]);
    }

    [Fact]
    public void A_key_longer_than_any_buffer_is_found()
    {
        var key = new string('k', 700);
        Assert.Equal("v", EditCase.Read($"{key}: v\n").Root[key].Text);
        Assert.Equal($"/{key}x", EditCase.Read($"{key}: v\n").Root[key + "x"].Pointer);
    }

    [Fact]
    public void A_path_leads_back_to_its_field()
    {
        var root = Root;
        foreach (var field in All(root))
        {
            var found = Assert.IsType<Resolution.Found>(PathResolver.Resolve(root, field.Path));
            Assert.Equal(field.Node, found.Node);
        }
    }

    private static Field Root => EditCase.Read(Text).Root;

    private static bool Look(Field root) =>
        root[Name.Status][Name.Containers][Name.SecurityContext][Name.Type].Exists
        || root["spec"][Name.SecurityContext][Name.SeccompProfile][Name.Type].Exists
        || root["metadata"][Name.Annotations]["a"].Exists;

    private static List<Field> All(Field field)
    {
        var found = new List<Field> { field };
        foreach (var entry in field.Entries)
        {
            found.AddRange(All(entry.Value));
        }

        foreach (var element in field.Elements)
        {
            found.AddRange(All(element));
        }

        return found;
    }
}
