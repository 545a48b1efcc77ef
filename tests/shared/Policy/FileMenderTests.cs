using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Policy;

public sealed class FileMenderTests
{
    private const string Good = "apiVersion: v1\nkind: Thing\nok: true\n";
    private const string Bad = "apiVersion: v1\nkind: Thing\nok: false # mind this\n";
    private const string Mended = "apiVersion: v1\nkind: Thing\nok: true # mind this\n";

    private static readonly TestRule Ok = TestRule.Wants("ok", "ok", true);

    [Theory]
    [InlineData(Bad, Mended)]
    [InlineData($"{Good}---\n{Bad}---\n{Good}", $"{Good}---\n{Mended}---\n{Good}")]
    [InlineData($"# head\n---\n\n{Bad}...\nok: false\n---\n{Bad}", $"# head\n---\n\n{Mended}...\nok: false\n---\n{Mended}")]
    [InlineData($"a: [\n---\n{Bad}---\n: : :\n---\n{Bad}", $"a: [\n---\n{Mended}---\n: : :\n---\n{Mended}")]
    [InlineData($"values: {{ok: false}}\n---\n{Bad}", $"values: {{ok: false}}\n---\n{Mended}")]
    public void Only_the_documents_that_are_wrong_change(string text, string expected)
    {
        foreach (var variant in new Func<string, string>[] { t => t, Crlf, t => "\uFEFF" + t, t => Crlf("\uFEFF" + t), t => t.TrimEnd('\n') })
        {
            Assert.Equal(variant(expected), Mend(variant(text), Ok));
        }
    }

    [Theory]
    [InlineData("ok: no\n", "ok: true\n")]
    [InlineData("ok: [\n  1]\n", "ok: true\n")]
    public void A_file_without_a_final_newline_gets_none(string text, string expected) =>
        Assert.Equal("apiVersion: v1\nkind: Thing\n" + expected.TrimEnd(), Mend("apiVersion: v1\nkind: Thing\n" + text.TrimEnd(), Ok));

    [Fact]
    public void Items_of_a_list_are_mended_one_by_one()
    {
        const string text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Thing\n  ok: true\n- apiVersion: v1\n  kind: Thing\n  ok: false # b\n- {apiVersion: v1, kind: Thing, ok: no}\n";
        var mended = Run(text, Safety.Review, Ok);
        Assert.Equal(text.Replace("ok: false", "ok: true", StringComparison.Ordinal).Replace("ok: no", "ok: true", StringComparison.Ordinal), Text(mended));
        Assert.Equal([1, 2], mended.Fixed.Select(finding => finding.Origin.Item));
        Assert.All(mended.Fixed, finding => Assert.Equal("/ok", finding.Pointer));
    }

    [Fact]
    public void JSON_is_mended_as_JSON()
    {
        const string text = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Thing\",\n  \"ok\": false\n}\n";
        Assert.Equal(text.Replace("false", "true", StringComparison.Ordinal), Mend(text, Ok));
    }

    [Fact]
    public void Nothing_to_do_gives_the_very_same_bytes()
    {
        var source = new SourceText("a.yaml", Encoding.UTF8.GetBytes(Good));
        var mended = new FileMender(new RuleSet([Ok]), PolicySettings.Default).Mend(source, Safety.Review, isNamed: true);
        Assert.False(mended.IsChanged);
        Assert.True(source.Memory.Equals(mended.Bytes));
    }

    [Fact]
    public void A_second_run_changes_nothing()
    {
        var first = Mend($"{Bad}---\n{Bad}", Ok, TestRule.Wants("more", "more", Map(("a", List("b")))));
        var second = Run(first, Safety.Review, Ok, TestRule.Wants("more", "more", Map(("a", List("b")))));
        Assert.False(second.IsChanged);
        Assert.Equal(first, Text(second));
    }

    [Fact]
    public void Safe_applies_no_fix_that_a_person_has_to_review()
    {
        var rules = new[] { TestRule.Wants("careful", "a", 1), TestRule.Wants("harmless", "b", 2, Safety.Safe) };
        var mended = Run(Good, Safety.Safe, rules);
        Assert.Equal(Good + "b: 2\n", Text(mended));
        Assert.Equal(["harmless"], mended.Fixed.Select(finding => finding.Rule.Id));
        var left = Assert.Single(mended.Remaining.Findings);
        Assert.Equal("careful", left.Rule.Id);
        Assert.NotNull(left.Fix);
        Assert.Null(left.Refusal);
        Assert.Equal(Good + "a: 1\nb: 2\n", Mend(Good, rules));
    }

    [Fact]
    public void A_fix_may_make_another_possible()
    {
        var second = new TestRule("second", (rule, subject, findings) =>
        {
            var field = subject.Root["b"];
            if (!field.Exists)
            {
                if (subject.Root["a"].Exists)
                {
                    findings.Add(rule, field, "b is absent", new Fix("Set b", Safety.Review, new Edit.Set(field.Path, 2)));
                }
                else
                {
                    findings.Add(rule, field, "b is absent", Refusal.NeedsEvidence("what b is without a"));
                }
            }
        });
        var mended = Run(Good, Safety.Review, second, TestRule.Wants("first", "a", 1));
        Assert.Equal(Good + "a: 1\nb: 2\n", Text(mended));
        Assert.Equal(["first", "second"], mended.Fixed.Select(finding => finding.Rule.Id));
        Assert.Empty(mended.Remaining.Findings);
    }

    [Fact]
    public void Rounds_come_to_an_end()
    {
        // Each round it finds another field.
        var restless = new TestRule("restless", (rule, subject, findings) =>
        {
            var next = subject.Root[$"n{subject.Root.Count}"];
            findings.Add(rule, next, "one more", new Fix("Set one more", Safety.Review, new Edit.Set(next.Path, 1)));
        });
        var mended = Run(Good, Safety.Review, restless);
        Assert.Equal(RefusalCode.Unverified, Assert.Single(mended.Remaining.Findings).Refusal?.Code);
        Assert.Equal(Good, Text(mended));
    }

    [Theory]
    [InlineData(RefusalCode.AnchoredNode, "base: &b {x: 1}\nok: *b\n")]
    [InlineData(RefusalCode.AnchoredNode, "ok: &b no\ncopy: *b\n")]
    [InlineData(RefusalCode.MergeKey, "base: &b {ok: false}\n<<: *b\n")]
    [InlineData(RefusalCode.Tagged, "ok: !!str no\n")]
    [InlineData(RefusalCode.Templated, "ok: '{{ .Values.ok }}'\n")]
    [InlineData(RefusalCode.Templated, "ok: ${OK}\n")]
    [InlineData(RefusalCode.UnsafeDiff, "ok:\n  a: 1 # why\n")]
    public void What_cannot_be_edited_is_refused_and_the_file_stays(RefusalCode code, string rest) =>
        IsLeft(code, "apiVersion: v1\nkind: Thing\n" + rest, Ok);

    [Theory]
    [InlineData(RefusalCode.Ambiguous, "l[name=a].x", "l: [{name: a}, {name: a}]\n")]
    [InlineData(RefusalCode.Absent, "l[name=b].x", "l: [{name: a}]\n")]
    [InlineData(RefusalCode.WrongShape, "l.x", "l: text\n")]
    public void What_the_path_does_not_fit_is_refused(RefusalCode code, string path, string rest) =>
        IsLeft(code, Good + rest, TestRule.Always("rule", "l", Set(path, 1)));

    [Fact]
    public void What_a_rule_refuses_stays_refused()
    {
        foreach (var refusal in new[] { Refusal.NeedsEvidence("the digest"), Refusal.NeedsDecision("whether it must") })
        {
            IsLeft(refusal.Code, Good, new TestRule("rule", (rule, subject, findings) => findings.Add(rule, subject.Root, "wrong", refusal)));
        }
    }

    [Fact]
    public void Of_two_fixes_that_conflict_the_earlier_is_carried_out()
    {
        var mended = Run(
            Good,
            Safety.Review,
            new TestRule("one", (rule, subject, findings) => AddIf(rule, subject, findings, "a", subject.Root["a"].Integer is not (1 or 2), Set("a", 1))),
            new TestRule("two", (rule, subject, findings) => AddIf(rule, subject, findings, "a", subject.Root["a"].Integer != 2, Set("a", 2))));
        Assert.Equal(Good + "a: 1\n", Text(mended));
        Assert.Equal(["one"], mended.Fixed.Select(finding => finding.Rule.Id));
        var left = Assert.Single(mended.Remaining.Findings);
        Assert.Equal(("two", RefusalCode.Conflict), (left.Rule.Id, left.Refusal?.Code));
        Assert.Null(left.Fix);
    }

    [Fact]
    public void A_fix_that_does_not_clear_its_finding_is_not_carried_out()
    {
        var left = IsLeft(RefusalCode.Unverified, Good, TestRule.Always("vain", "a", Set("a", 1)));
        Assert.Equal("vain is still found after its fix", left.Refusal!.Message);
    }

    [Fact]
    public void A_fix_that_adds_a_finding_is_not_carried_out()
    {
        var careless = TestRule.Wants("careless", "a", 1);
        var strict = new TestRule("strict", (rule, subject, findings) =>
        {
            if (subject.Root["a"].Exists)
            {
                findings.Add(rule, subject.Root["a"], "a must not be", Refusal.NeedsDecision("whether"));
            }
        });
        var left = IsLeft(RefusalCode.Unverified, Good, careless, strict);
        Assert.Equal("the fix would add a finding: strict, a must not be", left.Refusal!.Message);
    }

    [Fact]
    public void A_fix_that_ends_the_object_is_not_carried_out() =>
        IsLeft(RefusalCode.Unverified, Good, TestRule.Always("fatal", "kind", Remove("kind")));

    [Fact]
    public void One_wrong_rule_does_not_keep_the_others_from_mending_the_object()
    {
        var mended = Run(Bad, Safety.Review, TestRule.Always("vain", "a", Set("a", 1)), Ok);
        Assert.Equal(Mended, Text(mended));
        Assert.Equal(["ok"], mended.Fixed.Select(finding => finding.Rule.Id));
        Assert.Equal(("vain", RefusalCode.Unverified), Assert.Single(mended.Remaining.Findings.Select(left => (left.Rule.Id, left.Refusal?.Code))));
    }

    [Fact]
    public void One_fix_that_adds_a_finding_does_not_keep_the_others_back()
    {
        var strict = new TestRule("strict", (rule, subject, findings) =>
        {
            if (subject.Root["a"].Exists)
            {
                findings.Add(rule, subject.Root["a"], "a must not be", Refusal.NeedsDecision("whether"));
            }
        });
        Assert.Equal(Mended, Mend(Bad, TestRule.Wants("careless", "a", 1), Ok, strict));
    }

    [Fact]
    public void One_object_that_does_not_hold_keeps_no_other_from_being_mended()
    {
        var vain = new TestRule("vain", (rule, subject, findings) => AddIf(rule, subject, findings, "a", subject.Root["vain"].Exists, Set("a", 1)));
        Assert.Equal($"{Mended}---\n{Good}vain: 1\n---\n{Mended}", Mend($"{Bad}---\n{Good}vain: 1\n---\n{Bad}", Ok, vain));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("latin1")]
    public void What_is_not_UTF8_is_judged_but_never_edited(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("# caf\u00e9\n" + Bad)];
        var mended = new FileMender(new RuleSet([Ok]), PolicySettings.Default).Mend(new SourceText("a.yaml", bytes), Safety.Review);
        Assert.Equal(bytes, mended.Bytes.ToArray());
        var left = Assert.Single(mended.Remaining.Findings);
        Assert.Equal((4, 1), (left.Origin.Line, left.Origin.Column));
        Assert.Equal((RefusalCode.UnsafeDiff, "the file is not UTF-8"), (left.Refusal!.Code, left.Refusal.Message));
    }

    [Theory]
    [InlineData("note: \"a\u0085  b\"\n")]
    [InlineData("note: a\u2028  b\n")]
    [InlineData("# a\u2029# b\n")]
    public void A_file_whose_lines_end_in_other_characters_is_judged_but_never_edited(string line) =>
        IsLeft(RefusalCode.UnsafeDiff, line + Bad, Ok);

    [Fact]
    public void Other_characters_beyond_ASCII_hinder_nothing() =>
        Assert.Equal($"note: \"caf\u00e9 \U0001F4A5\" # \u00e9\n{Mended}", Mend($"note: \"caf\u00e9 \U0001F4A5\" # \u00e9\n{Bad}", Ok));

    [Fact]
    public void Every_code_is_reached_by_a_test_of_this_class()
    {
        RefusalCode[] reached =
        [
            RefusalCode.NeedsEvidence, RefusalCode.NeedsDecision, RefusalCode.AnchoredNode, RefusalCode.MergeKey, RefusalCode.Tagged, RefusalCode.Templated,
            RefusalCode.Ambiguous, RefusalCode.Absent, RefusalCode.WrongShape, RefusalCode.Conflict, RefusalCode.UnsafeDiff, RefusalCode.Unverified,
        ];

        // The others are given by who writes files, and by the gates of the bot.
        RefusalCode[] elsewhere = [RefusalCode.NotWritable, RefusalCode.UnsafeChange, RefusalCode.RefusedByCluster, RefusalCode.TierBlocked];
        Assert.Equal(Enum.GetValues<RefusalCode>().Except(elsewhere), reached);
    }

    [Fact]
    public void A_rule_whose_fix_changes_nothing_leaves_its_finding_with_a_reason() =>
        IsLeft(RefusalCode.Unverified, Good, TestRule.Always("idle", "ok", Set("ok", true)));

    [Fact]
    public void A_file_is_mended_with_all_rules_as_with_each_alone()
    {
        const string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers:\n  - name: a\n    image: a:1\n";
        var mended = Run(text, Safety.Review, [.. Catalogue.All]);
        Assert.DoesNotContain(mended.Remaining.Findings, finding => finding.Fix is not null || finding.Refusal?.Code == RefusalCode.Unverified);
    }

    private static void AddIf(TestRule rule, Subject subject, FindingList findings, string key, bool isWrong, Edit edit)
    {
        if (isWrong)
        {
            findings.Add(rule, subject.Root[key], $"{key} is wrong", new Fix($"Change {key}", Safety.Review, edit));
        }
    }

    /// <summary>Nothing changes, and the first finding says why.</summary>
    private static Finding IsLeft(RefusalCode code, string text, params Rule[] rules)
    {
        var mended = Run(text, Safety.Review, rules);
        Assert.Equal(text, Text(mended));
        Assert.False(mended.IsChanged);
        Assert.Empty(mended.Fixed);
        var left = Assert.Single(mended.Remaining.Findings);
        Assert.Null(left.Fix);
        Assert.Null(left.Rendered);
        Assert.Equal(code, left.Refusal?.Code);
        Assert.NotEmpty(left.Refusal!.Message);
        return left;
    }

    private static string Mend(string text, params Rule[] rules) => Text(Run(text, Safety.Review, rules));

    private static string Text(MendedFile mended) => Encoding.UTF8.GetString(mended.Bytes.Span);

    private static MendedFile Run(string text, Safety upTo, params Rule[] rules) =>
        new FileMender(new RuleSet(rules), PolicySettings.Default).Mend(new SourceText("a.yaml", Encoding.UTF8.GetBytes(text)), upTo, isNamed: true);

    private static string Crlf(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);
}
