using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;
using RuleCase = SelfHealGitOps.Tests.Rules.RuleCase;

namespace SelfHealGitOps.Tests.Policy;

public sealed class CompositionTests
{
    private const string Context = "spec.containers[name=web].securityContext";

    [Fact]
    public void An_edit_that_two_rules_ask_for_is_made_once_and_carries_both_names()
    {
        var composition = Compose(("one", [Set($"{Context}.privileged", false)]), ("two", [Set($"{Context}.privileged", false)]));
        var edit = Assert.Single(composition.Edits);
        Assert.Equal(Set($"{Context}.privileged", false), edit.Edit);
        Assert.Equal(["one", "two"], edit.Rules);
        Assert.Equal(["one", "two"], composition.Findings.Select(finding => finding.Rule.Id));
        Assert.Empty(composition.Withdrawn);
    }

    [Fact]
    public void A_rule_that_asks_twice_is_named_once()
    {
        var composition = Compose(("one", [Remove("a")]), ("one", [Remove("a")]));
        Assert.Equal(["one"], Assert.Single(composition.Edits).Rules);
        Assert.Equal(2, composition.Findings.Count);
    }

    [Fact]
    public void Findings_without_a_fix_are_passed_over()
    {
        var refused = Finding("one", []).Refuse(Refusal.NeedsEvidence("what"));
        var composition = Composition.Of([refused]);
        Assert.Empty(composition.Edits);
        Assert.Empty(composition.Findings);
        Assert.Empty(composition.Withdrawn);
    }

    [Theory]
    [InlineData("privileged", false)]
    [InlineData("allowPrivilegeEscalation", false)]
    [InlineData("hostNetwork", false)]
    [InlineData("hostPID", false)]
    [InlineData("hostIPC", false)]
    [InlineData("hostProcess", false)]
    [InlineData("automountServiceAccountToken", false)]
    [InlineData("shareProcessNamespace", false)]
    [InlineData("hostUsers", false)]
    [InlineData("readOnlyRootFilesystem", true)]
    [InlineData("runAsNonRoot", true)]
    [InlineData("readOnly", true)]
    public void The_stricter_boolean_wins_in_either_order(string field, bool strict)
    {
        foreach (var first in new[] { true, false })
        {
            var composition = Compose(("one", [Set($"spec.{field}", first)]), ("two", [Set($"spec.{field}", !first)]));
            var edit = Assert.Single(composition.Edits);
            Assert.Equal(Set($"spec.{field}", strict), edit.Edit);
            Assert.Equal(["one", "two"], edit.Rules);
        }
    }

    [Fact]
    public void Pulling_always_wins()
    {
        Merges("imagePullPolicy", "Always", "IfNotPresent", "Always");
        Conflicts("imagePullPolicy", "Never", "IfNotPresent");
    }

    [Theory]
    [InlineData("cpu", "1", "500m", "500m")]
    [InlineData("memory", "1Gi", "900Mi", "900Mi")]
    [InlineData("memory", "1G", "1Gi", "1G")]
    [InlineData("ephemeral-storage", "2e3", "1k", "1k")]
    [InlineData("cpu", "1000m", "1", "1000m")]
    public void The_smaller_limit_wins_by_its_value(string resource, string one, string other, string smaller)
    {
        Merges($"resources.limits.{resource}", one, other, smaller);
        Conflicts($"resources.requests.{resource}", one, other);
    }

    [Fact]
    public void What_is_no_quantity_has_no_order()
    {
        Conflicts("resources.limits.cpu", "1", "much");
        Conflicts("resources.limits.nvidia|com/gpu", "1", "2");
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds")]
    [InlineData("stdin")]
    public void Values_without_an_order_are_a_conflict(string field)
    {
        Conflicts(field, true, false);
        Conflicts(field, 1, 2);
        Conflicts(field, "a", 1);
    }

    [Fact]
    public void A_conflict_withdraws_the_later_finding_wholly_and_keeps_the_earlier()
    {
        var composition = Compose(
            ("first", [Set("a", 1), Set("b", 1)]),
            ("second", [Set("c", 2), Set("privileged", false), Set("b", 2), Set("d", 2)]),
            ("third", [Set("d", 3)]));
        Assert.Equal([Set("a", 1), Set("b", 1), Set("d", 3)], composition.Edits.Select(edit => edit.Edit));
        Assert.Equal(["first", "third"], composition.Findings.Select(finding => finding.Rule.Id));
        var withdrawn = Assert.Single(composition.Withdrawn);
        Assert.Equal("second", withdrawn.Finding.Rule.Id);
        Assert.Equal(RefusalCode.Conflict, withdrawn.Refusal.Code);
        Assert.Equal("setting b to 2 and setting b to 1 (first) cannot both be carried out; neither is the stricter", withdrawn.Refusal.Message);
    }

    [Fact]
    public void A_finding_that_is_withdrawn_leaves_no_trace_in_what_it_had_merged_with()
    {
        var composition = Compose(
            ("first", [Set("privileged", true), Set("b", 1)]),
            ("second", [Set("privileged", false), Set("b", 2)]));
        Assert.Equal([Set("privileged", true), Set("b", 1)], composition.Edits.Select(edit => edit.Edit));
        Assert.All(composition.Edits, edit => Assert.Equal(["first"], edit.Rules));
    }

    [Theory]
    [InlineData("spec.hostNetwork")]
    [InlineData("spec.hostPID")]
    [InlineData("spec.hostIPC")]
    [InlineData($"{Context}.privileged")]
    [InlineData($"{Context}.windowsOptions.hostProcess")]
    public void Writing_out_the_default_stands_in_for_a_removal(string path)
    {
        foreach (var edits in new Edit[][] { [Set(path, false), Remove(path)], [Remove(path), Set(path, false)] })
        {
            var composition = Compose(("one", [edits[0]]), ("two", [edits[1]]));
            var edit = Assert.Single(composition.Edits);
            Assert.Equal(Set(path, false), edit.Edit);
            Assert.Equal(["one", "two"], edit.Rules);
        }
    }

    [Theory]
    [InlineData("spec.hostNetwork", true)]
    [InlineData($"{Context}.allowPrivilegeEscalation", false)]
    [InlineData("spec.hostUsers", false)]
    public void Another_value_than_the_default_and_a_removal_conflict(string path, bool value)
    {
        IsConflict(Set(path, value), Remove(path));
        IsConflict(Remove(path), Set(path, value));
    }

    [Fact]
    public void Dropping_all_absorbs_what_else_is_dropped()
    {
        var drop = $"{Context}.capabilities.drop";
        foreach (var order in new string[][] { ["NET_RAW", "SYS_ADMIN", "ALL"], ["ALL", "NET_RAW", "SYS_ADMIN"], ["NET_RAW", "ALL", "SYS_ADMIN"] })
        {
            var composition = Compose([.. order.Select(capability => (capability, new[] { Append(drop, capability) }))]);
            var edit = Assert.Single(composition.Edits);
            Assert.Equal(Append(drop, "ALL"), edit.Edit);
            Assert.Equal(order.Order(StringComparer.Ordinal), edit.Rules.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Appends_to_one_list_stand_side_by_side()
    {
        var edits = Compose(("one", [Append("finalizers", "a")]), ("two", [Append("finalizers", "b")]), ("three", [Append("finalizers", "a")])).Edits;
        Assert.Equal([Append("finalizers", "a"), Append("finalizers", "b")], edits.Select(edit => edit.Edit));
        Assert.Equal(["one", "three"], edits[0].Rules);
    }

    [Fact]
    public void An_append_stands_beside_the_removal_of_another_element()
    {
        Assert.Equal(2, Compose(("one", [Append("drop", "ALL")]), ("two", [Remove("drop[=KILL]")])).Edits.Count);
        Assert.Equal(2, Compose(("one", [Remove("drop[=KILL]")]), ("two", [Append("drop", "ALL")])).Edits.Count);
        Assert.Equal(2, Compose(("one", [Set("env[name=a].value", "x")]), ("two", [Append("env", Map(("name", "b")))])).Edits.Count);
    }

    [Fact]
    public void A_value_below_a_map_goes_into_it_in_either_order()
    {
        var map = Set("securityContext.seccompProfile", Map(("type", "RuntimeDefault")));
        var below = Set("securityContext.seccompProfile.deep.more", 1);
        foreach (var edits in new Edit[][] { [map, below], [below, map] })
        {
            var composition = Compose(("one", [edits[0]]), ("two", [edits[1]]));
            var edit = Assert.Single(composition.Edits);
            Assert.Equal(Set("securityContext.seccompProfile", Map(("type", "RuntimeDefault"), ("deep", Map(("more", 1))))), edit.Edit);
            Assert.Equal(["one", "two"], edit.Rules);
        }
    }

    [Fact]
    public void In_a_map_the_stricter_value_wins_and_unordered_ones_conflict()
    {
        var strict = Assert.Single(Compose(("one", [Set("sc", Map(("privileged", true)))]), ("two", [Set("sc.privileged", false)])).Edits).Edit;
        Assert.Equal(Set("sc", Map(("privileged", false))), strict);
        IsConflict(Set("sc", Map(("runAsUser", 1))), Set("sc.runAsUser", 2));
        IsConflict(Set("sc.runAsUser", 2), Set("sc", Map(("runAsUser", 1))));
        IsConflict(Set("sc", Map(("a", 1))), Set("sc.a.b", 2));
    }

    [Fact]
    public void A_map_takes_in_all_that_is_set_below_it()
    {
        var composition = Compose(("one", [Set("m.a", 1)]), ("two", [Set("m.b", 2)]), ("three", [Set("m", Map(("a", 1), ("c", 3)))]));
        var edit = Assert.Single(composition.Edits);
        Assert.Equal(Set("m", Map(("a", 1), ("c", 3), ("b", 2))), edit.Edit);
        Assert.Equal(["one", "three", "two"], edit.Rules.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_map_conflicts_with_any_value_below_it_not_only_the_first()
    {
        var composition = Compose(("one", [Set("m.a", 1)]), ("two", [Set("m.b", 2)]), ("three", [Set("m", Map(("a", 1), ("b", 3)))]));
        Assert.Equal([Set("m.a", 1), Set("m.b", 2)], composition.Edits.Select(edit => edit.Edit));
        Assert.Equal("three", Assert.Single(composition.Withdrawn).Finding.Rule.Id);
    }

    [Fact]
    public void What_stands_in_the_way_of_another_edit_is_a_conflict()
    {
        IsConflict(Remove("a"), Set("a.b", 1));
        IsConflict(Set("a.b", 1), Remove("a"));
        IsConflict(Remove("list[name=x]"), Set("list[name=x].image", "y"));
        IsConflict(Set("a", 1), Set("a.b", 1));
        IsConflict(Set("a", List("x")), Append("a", "y"));
        IsConflict(Append("a", "y"), Set("a", List("x")));
        IsConflict(Append("a", "y"), Remove("a"));
        IsConflict(Append("a.b", "y"), Remove("a"));
    }

    [Fact]
    public void A_list_and_a_map_in_one_place_are_a_conflict()
    {
        IsConflict(Set("a.b", 1), Append("a", "y"));
        IsConflict(Append("a", "y"), Set("a.b", 1));
    }

    [Fact]
    public void Names_that_merely_begin_alike_are_no_prefix() =>
        Assert.Equal(3, Compose(("one", [Remove("a")]), ("two", [Set("ab", 1)]), ("three", [Set("a|b", 1)])).Edits.Count);

    [Fact]
    public void Any_choice_of_findings_gives_one_patch_and_the_same_text()
    {
        var objects = Objects().ToArray();
        Assert.True(objects.Length > 100);
        var cases =
            from each in Gen.Elements(objects)
            from mask in Gen.Choose(0, int.MaxValue - 1)
            select (each, mask);
        Prop.ForAll(cases.ToArbitrary(), it => Complaint(it.each, new Random(it.mask)) is { } complaint
            ? throw new InvalidOperationException($"{it.each.Case}, document {it.each.Document}, {it.mask}: {complaint}")
            : true).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static IEnumerable<(RuleCase Case, int Document, int? Item)> Objects() =>
        from each in RuleCase.All
        from found in new FileJudge(new RuleSet(Catalogue.All), each.Settings).Objects(each.Read("bad.yaml")!, isNamed: true)
        where found.Findings.Count(finding => finding.Fix is not null) > 1
        select (each, found.Root.Document.Index, found.Item);

    private static string? Complaint((RuleCase Case, int Document, int? Item) place, Random random)
    {
        var source = place.Case.Read("bad.yaml")!;
        var (root, findings) = Find(source, place);
        var chosen = findings.Where(finding => finding.Fix is not null && random.Next(2) == 0).ToArray();
        random.Shuffle(chosen);
        var composition = Composition.Of(chosen);
        if (composition.Findings.Count + composition.Withdrawn.Count != chosen.Length)
        {
            return "a finding is neither carried out nor withdrawn";
        }

        if (PatchRenderer.Render(root, composition.Edits, withTests: true) is not RenderedPatch.Rendered patch)
        {
            return "the edits do not render, though each does alone";
        }

        var before = JsonTree.ToJson(root);
        if (patch.ToPatch().Apply(before) is not JsonPatchResult.Applied applied)
        {
            return "the patch does not apply";
        }

        if (YamlEditor.Apply(root, composition.Edits) is not EditResult.Spliced spliced)
        {
            return "the text takes no edit, though each alone";
        }

        var text = TextSplice.ApplyAll(source.Bytes, spliced.Splices);
        var (edited, _) = Find(new SourceText(source.File, text), place);
        return JsonEquality.AreEqual(applied.Document, JsonTree.ToJson(edited)) ? null : $"two trees:\n{Encoding.UTF8.GetString(text)}\n{applied.Document}";
    }

    /// <summary>The object stays valid until its reader goes on, which it never does.</summary>
    private static (Field Root, List<Finding> Findings) Find(SourceText source, (RuleCase Case, int Document, int? Item) place)
    {
        var found = new FileJudge(new RuleSet(Catalogue.All), place.Case.Settings).Objects(source, isNamed: true)
            .First(each => each.Root.Document.Index == place.Document && each.Item == place.Item);
        return (found.Root, found.Findings);
    }

    private static void Merges(string path, Value one, Value other, Value merged)
    {
        Assert.Equal(Set(path, merged), Assert.Single(Compose(("one", [Set(path, one)]), ("two", [Set(path, other)])).Edits).Edit);
        if (!path.EndsWith("cpu", StringComparison.Ordinal) || one != merged)
        {
            Assert.Equal(Set(path, merged), Assert.Single(Compose(("one", [Set(path, other)]), ("two", [Set(path, one)])).Edits).Edit);
        }
    }

    private static void Conflicts(string path, Value one, Value other) => IsConflict(Set(path, one), Set(path, other));

    private static void IsConflict(Edit one, Edit other)
    {
        var composition = Compose(("one", [one]), ("two", [other]));
        Assert.Equal(one, Assert.Single(composition.Edits).Edit);
        Assert.Equal("one", Assert.Single(composition.Findings).Rule.Id);
        var withdrawn = Assert.Single(composition.Withdrawn);
        Assert.Equal("two", withdrawn.Finding.Rule.Id);
        Assert.Equal(RefusalCode.Conflict, withdrawn.Refusal.Code);
    }

    private static Composition Compose(params (string Rule, Edit[] Edits)[] fixes) =>
        Composition.Of(fixes.Select(fix => Finding(fix.Rule, fix.Edits)));

    private static Finding Finding(string rule, Edit[] edits) => new(
        new TestRule(rule, (_, _, _) => { }).Info,
        new ObjectIdentity("v1", "Pod", null, "web"),
        new Origin("web.yaml", 0, null, 1, 1),
        FieldPath.Root,
        "",
        "wrong",
        new Fix("Mend it", Safety.Review, [.. edits]),
        Refusal: null);
}
