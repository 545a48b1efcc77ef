using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class PatchRendererTests
{
    private const string Pod =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          annotations: {example.com/a~b: x}
        spec:
          hostNetwork: true
          securityContext:
          containers:
          - name: side
            image: s
          - name: web
            image: w
            ports:
            - {containerPort: 53, hostPort: 53}
            - {containerPort: 53, hostPort: 54, protocol: UDP}
            - {containerPort: 80, hostPort: 80, protocol: TCP}
            securityContext:
              capabilities: {add: [NET_ADMIN, SYS_TIME, KILL], drop: ~}
            args: [a, b, c]
        """;

    [Fact]
    public void Merge_keys_become_indices() =>
        Gives("""[{"op":"replace","path":"/spec/containers/1/image","value":"x"}]""", Set("spec.containers[name=web].image", "x"));

    [Fact]
    public void What_is_missing_is_added() =>
        Gives("""[{"op":"add","path":"/spec/containers/0/imagePullPolicy","value":"Always"}]""", Set("spec.containers[name=side].imagePullPolicy", "Always"));

    [Fact]
    public void Missing_parents_are_added_once_and_credited_to_all_that_need_them()
    {
        var operations = Operations(
            Pod, false,
            new(Set("spec.containers[name=side].securityContext.capabilities.drop", List("ALL")), ["one"]),
            new(Set("spec.containers[name=side].securityContext.privileged", false), ["two", "one"]),
            new(Append("spec.containers[name=side].securityContext.capabilities.add", "KILL"), ["three"]),
            new(Append("spec.containers[name=side].securityContext.capabilities.add", "CHOWN"), ["four"]));
        var operation = Assert.Single(operations);
        Assert.Equal(["one", "two", "three", "four"], operation.Rules);
        Assert.Equal(
            """[{"op":"add","path":"/spec/containers/0/securityContext","value":{"capabilities":{"drop":["ALL"],"add":["KILL","CHOWN"]},"privileged":false}}]""",
            new JsonPatch([operation.Operation]).ToJson());
    }

    [Fact]
    public void A_null_parent_is_replaced_once() => Gives(
        """[{"op":"replace","path":"/spec/securityContext","value":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}}]""",
        Set("spec.securityContext.runAsNonRoot", true),
        Set("spec.securityContext.seccompProfile.type", "RuntimeDefault"));

    [Fact]
    public void Appends_go_to_the_end_of_a_list_that_is_there() => Gives(
        """[{"op":"add","path":"/spec/containers/1/args/-","value":"d"},{"op":"add","path":"/spec/containers/1/args/-","value":"e"}]""",
        Append("spec.containers[name=web].args", "d"),
        Append("spec.containers[name=web].args", "e"));

    [Fact]
    public void Appends_make_the_list_where_there_is_none()
    {
        Gives("""[{"op":"add","path":"/spec/containers/0/args","value":["d","e"]}]""", Append("spec.containers[name=side].args", "d"), Append("spec.containers[name=side].args", "e"));
        Gives(
            """[{"op":"replace","path":"/spec/containers/1/securityContext/capabilities/drop","value":["ALL","X"]}]""",
            Append("spec.containers[name=web].securityContext.capabilities.drop", "ALL"),
            Append("spec.containers[name=web].securityContext.capabilities.drop", "X"));
    }

    [Fact]
    public void Removals_come_last_and_from_the_back()
    {
        var add = "spec.containers[name=web].securityContext.capabilities.add";
        Edit[] edits = [Remove($"{add}[=NET_ADMIN]"), Remove($"{add}[=KILL]"), Remove("spec.hostNetwork"), Set("spec.containers[name=web].image", "x")];
        Gives(
            """
            [{"op":"replace","path":"/spec/containers/1/image","value":"x"},
            {"op":"remove","path":"/spec/containers/1/securityContext/capabilities/add/2"},
            {"op":"remove","path":"/spec/containers/1/securityContext/capabilities/add/0"},
            {"op":"remove","path":"/spec/hostNetwork"}]
            """,
            edits);
        Assert.Equal("""["SYS_TIME"]""", Applied(Pod, edits)!["spec"]!["containers"]![1]!["securityContext"]!["capabilities"]!["add"]!.ToJsonString());
    }

    [Fact]
    public void Equal_values_and_absent_removals_are_nothing() => Gives(
        "[]",
        Set("spec.containers[name=web].image", "w"),
        Set("metadata.annotations", Map(("example.com/a~b", "x"))),
        Set("spec.containers[name=web].args", List("a", "b", "c")),
        Remove("spec.hostPID"),
        Remove("spec.securityContext.runAsUser"),
        Remove("spec.volumes[name=x]"),
        Remove("spec.containers[name=nobody].image"),
        Remove("spec.containers[name=web].securityContext.capabilities.drop[=X]"));

    [Fact]
    public void A_removal_that_is_asked_for_twice_is_made_once()
    {
        var add = "spec.containers[name=web].securityContext.capabilities.add";
        var operation = Assert.Single(Operations(Pod, false, new(Remove($"{add}[=NET_ADMIN]"), ["one"]), new(Remove($"{add}[0]"), ["two"])));
        Assert.Equal(["one", "two"], operation.Rules);
    }

    [Theory]
    [InlineData("spec.containers[name=web].ports[containerPort=53].hostPort", "/spec/containers/1/ports/0/hostPort")]
    [InlineData("spec.containers[name=web].ports[containerPort=80].hostPort", "/spec/containers/1/ports/2/hostPort")]
    [InlineData("spec.containers[name=web].ports[1].hostPort", "/spec/containers/1/ports/1/hostPort")]
    public void A_port_without_a_protocol_is_the_one_of_TCP(string path, string pointer) =>
        Assert.Equal(pointer, Assert.Single(Operations(Pod, false, new AttributedEdit(Set(path, 1), []))).Operation.Path.ToString());

    [Fact]
    public void Ports_of_one_number_are_told_apart_by_protocol()
    {
        var ports = Read(Pod).Root["spec"]["containers"].Elements;
        var paths = new List<string>();
        foreach (var container in ports)
        {
            foreach (var port in container["ports"].Elements)
            {
                paths.Add(port["hostPort"].Path.ToString());
                Assert.Equal(port["hostPort"].Pointer, Assert.Single(Operations(Pod, false, new AttributedEdit(new Edit.Remove(port["hostPort"].Path), []))).Operation.Path.ToString());
            }
        }

        Assert.Equal(
            [
                "spec.containers[name=web].ports[containerPort=53].hostPort",
                "spec.containers[name=web].ports[containerPort=53,protocol=UDP].hostPort",
                "spec.containers[name=web].ports[containerPort=80].hostPort",
            ],
            paths);
    }

    [Fact]
    public void Pointers_escape_slashes_and_tildes()
    {
        var annotations = FieldPath.Root.Key("metadata").Key("annotations");
        Gives(
            """[{"op":"replace","path":"/metadata/annotations/example.com~1a~0b","value":"y"},{"op":"add","path":"/metadata/annotations/a~01~1","value":"z"}]""",
            new Edit.Set(annotations.Key("example.com/a~b"), "y"),
            new Edit.Set(annotations.Key("a~1/"), "z"));
    }

    [Fact]
    public void Reaches_through_the_nesting_of_a_cron_job()
    {
        const string text = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers: [{name: a}]\n";
        var operation = Assert.Single(Operations(text, false, new AttributedEdit(Set("spec.jobTemplate.spec.template.spec.containers[name=a].securityContext.privileged", false), [])));
        Assert.Equal(
            """[{"op":"add","path":"/spec/jobTemplate/spec/template/spec/containers/0/securityContext","value":{"privileged":false}}]""",
            new JsonPatch([operation.Operation]).ToJson());
    }

    [Fact]
    public void An_item_of_a_list_is_patched_as_an_object_of_its_own()
    {
        var document = Read("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- apiVersion: v1\n  kind: Pod\n  spec: {hostNetwork: true}\n");
        var rendered = Assert.IsType<RenderedPatch.Rendered>(PatchRenderer.Render(
            document.Manifests().Last().Root, [new(Set("spec.hostNetwork", false), []), new(Set("metadata.name", "x"), [])], withTests: true));
        Assert.Equal(
            """[{"op":"replace","path":"/spec/hostNetwork","value":false},{"op":"add","path":"/metadata","value":{"name":"x"}}]""",
            rendered.ToPatch().ToJson());
    }

    [Theory]
    [InlineData("metadata.name.x", RefusalCode.WrongShape)]
    [InlineData("metadata[name=x].y", RefusalCode.WrongShape)]
    [InlineData("spec.containers.image", RefusalCode.WrongShape)]
    [InlineData("spec.containers[name=nobody].image", RefusalCode.Absent)]
    [InlineData("spec.volumes[name=x].hostPath", RefusalCode.Absent)]
    [InlineData("spec.securityContext[name=x].y", RefusalCode.Absent)]
    [InlineData("spec.containers[name=web].args[3].x", RefusalCode.Absent)]
    public void Setting_is_refused(string path, RefusalCode code) => IsRefused(code, Pod, Set(path, "x"));

    [Fact]
    public void An_ambiguous_element_is_refused()
    {
        const string text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}, {name: a}]}\n";
        IsRefused(RefusalCode.Ambiguous, text, Set("spec.containers[name=a].image", "x"));
        IsRefused(RefusalCode.Ambiguous, text, Remove("spec.containers[name=a]"));
    }

    [Fact]
    public void Appending_to_what_is_no_list_is_refused()
    {
        IsRefused(RefusalCode.WrongShape, Pod, Append("metadata.name", "x"));
        IsRefused(RefusalCode.WrongShape, Pod, Append("metadata", "x"));
    }

    [Fact]
    public void Two_shapes_for_one_missing_place_conflict_in_either_order()
    {
        foreach (var (one, other) in new (Edit, Edit)[]
        {
            (Set("spec.volumes.x", 1), Append("spec.volumes", "x")),
            (Set("spec.a.b.c", 1), Append("spec.a.b", "x")),
            (Set("spec.a.b", "text"), Append("spec.a.b", "x")),
            (Set("spec.securityContext.x", 1), Append("spec.securityContext", "x")),
            (Set("spec.a", 1), Set("spec.a.b", 2)),
            (Set("spec.a.b", 1), Set("spec.a.b.c", 2)),
        })
        {
            IsRefused(RefusalCode.Conflict, Pod, one, other);
            if (other is Edit.Append && one.Path != other.Path)
            {
                IsRefused(RefusalCode.Conflict, Pod, other, one);
            }
        }
    }

    [Fact]
    public void Every_element_that_is_reached_by_index_is_tested_once_before_its_use()
    {
        Gives(
            withTests: true,
            """
            [{"op":"test","path":"/spec/containers/1/name","value":"web"},
            {"op":"replace","path":"/spec/containers/1/image","value":"x"},
            {"op":"add","path":"/spec/containers/1/stdin","value":false},
            {"op":"test","path":"/spec/containers/0/name","value":"side"},
            {"op":"add","path":"/spec/containers/0/stdin","value":false},
            {"op":"test","path":"/spec/containers/1/securityContext/capabilities/add/2","value":"KILL"},
            {"op":"remove","path":"/spec/containers/1/securityContext/capabilities/add/2"},
            {"op":"test","path":"/spec/containers/1/securityContext/capabilities/add/0","value":"NET_ADMIN"},
            {"op":"remove","path":"/spec/containers/1/securityContext/capabilities/add/0"}]
            """,
            Set("spec.containers[name=web].image", "x"),
            Set("spec.containers[name=web].stdin", false),
            Set("spec.containers[name=side].stdin", false),
            Remove("spec.containers[name=web].securityContext.capabilities.add[=NET_ADMIN]"),
            Remove("spec.containers[name=web].securityContext.capabilities.add[=KILL]"));
    }

    [Fact]
    public void No_test_where_no_index_is_used() =>
        Gives(withTests: true, """[{"op":"remove","path":"/spec/hostNetwork"}]""", Remove("spec.hostNetwork"));

    [Theory]
    [InlineData("spec.containers[name=web].image")]
    [InlineData("spec.containers[name=side].image")]
    [InlineData("spec.containers[name=web].ports[containerPort=53].hostPort")]
    [InlineData("spec.containers[name=web].ports[containerPort=53,protocol=UDP].hostPort")]
    [InlineData("spec.containers[name=web].ports[containerPort=80].hostPort")]
    [InlineData("spec.containers[name=web].ports[2].hostPort")]
    [InlineData("spec.containers[name=web].securityContext.capabilities.add[=NET_ADMIN]")]
    [InlineData("spec.containers[name=web].args[0]")]
    public void The_patch_fails_on_an_object_whose_list_was_reordered(string path)
    {
        foreach (var edit in new[] { Set(path, "other"), Remove(path) })
        {
            var rendered = Assert.IsType<RenderedPatch.Rendered>(PatchRenderer.Render(Read(Pod).Root, [new AttributedEdit(edit, [])], withTests: true));
            var tree = JsonTree.ToJson(Read(Pod).Root)!;
            Assert.IsType<JsonPatchResult.Applied>(rendered.ToPatch().Apply(tree));
            Turn(Innermost(tree, rendered.Operations[^1].Operation.Path.ToString()));
            Assert.IsType<JsonPatchResult.Failed>(rendered.ToPatch().Apply(tree));
        }
    }

    [Fact]
    public void A_port_of_TCP_is_not_mistaken_for_one_of_another_protocol_that_took_its_place()
    {
        var patch = Assert.IsType<RenderedPatch.Rendered>(PatchRenderer.Render(
            Read(Pod).Root, [new(Remove("spec.containers[name=web].ports[containerPort=53].hostPort"), [])], withTests: true)).ToPatch();
        var tree = JsonTree.ToJson(Read(Pod).Root)!;
        var ports = tree["spec"]!["containers"]![1]!["ports"]!.AsArray();
        ports[0]!["protocol"] = "UDP";
        Assert.IsType<JsonPatchResult.Failed>(patch.Apply(tree));
    }

    /// <summary>The deepest list on the way, which is the one whose index counts.</summary>
    private static JsonArray Innermost(JsonNode tree, string pointer)
    {
        var at = tree;
        JsonArray? innermost = null;
        foreach (var token in pointer.Split('/')[1..])
        {
            innermost = at as JsonArray ?? innermost;
            at = at is JsonArray list ? list[int.Parse(token, System.Globalization.CultureInfo.InvariantCulture)]! : at![token]!;
        }

        return innermost!;
    }

    /// <summary>By one place, so that none keeps its own.</summary>
    private static void Turn(JsonArray list)
    {
        var first = list[0];
        list.RemoveAt(0);
        list.Add(first);
    }

    private static void Gives(string expected, params Edit[] edits) => Gives(withTests: false, expected, edits);

    private static void Gives(bool withTests, string expected, params Edit[] edits)
    {
        var operations = Operations(Pod, withTests, [.. edits.Select(edit => new AttributedEdit(edit, ["rule"]))]);
        Assert.Equal(expected.ReplaceLineEndings(""), new JsonPatch([.. operations.Select(each => each.Operation)]).ToJson().Replace("\\u0022", "\"", StringComparison.Ordinal));
        Assert.All(operations, operation => Assert.Equal(["rule"], operation.Rules));
    }

    private static JsonNode? Applied(string text, params Edit[] edits) => Assert.IsType<JsonPatchResult.Applied>(
        new JsonPatch([.. Operations(text, true, [.. edits.Select(edit => new AttributedEdit(edit, []))]).Select(each => each.Operation)]).Apply(JsonTree.ToJson(Read(text).Root))).Document;

    private static IReadOnlyList<AttributedOperation> Operations(string text, bool withTests, params AttributedEdit[] edits) =>
        Assert.IsType<RenderedPatch.Rendered>(PatchRenderer.Render(Read(text).Root, edits, withTests)).Operations;

    private static void IsRefused(RefusalCode code, string text, params Edit[] edits)
    {
        var refused = Assert.IsType<RenderedPatch.Refused>(PatchRenderer.Render(Read(text).Root, [.. edits.Select(edit => new AttributedEdit(edit, []))], withTests: true));
        Assert.Equal(code, refused.Refusal.Code);
        Assert.Equal(edits[^1], refused.Edit);
    }
}
