using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Tests.Policy.Exemptions;

namespace SelfHealGitOps.Tests.Policy;

public class ExemptionPropertyTests
{
    // Few words, so that entries and findings meet, and begin with one another.
    private static readonly string[] Rules = ["latest-tag", "latest", "host-pid"];
    private static readonly string[] Kinds = ["Pod", "PodTemplate"];
    private static readonly string?[] Namespaces = [null, "", "shop", "shop-test"];
    private static readonly string?[] Names = ["web", "web-2", "we", "web*"];
    private static readonly string?[] Containers = [null, "web", "web-2"];
    private static readonly string?[] Versions = [null, "v1", "v1beta1"];
    private static readonly string[] Ends = ["2026-06-14", "2026-06-15", "2026-06-16", "2026-06-15T12:00:00Z", "2026-06-15T12:00:00.0000001Z", "2027-06-16", "2027-06-17"];

    private static readonly Gen<Exemption> Entries =
        from rule in Gen.Elements(Rules)
        from kind in Gen.Elements(Kinds)
        from @namespace in Gen.Elements(Namespaces)
        where @namespace is not ""
        from name in Gen.Elements(Names)
        from container in Gen.Elements(Containers)
        from version in Gen.Elements(Versions)
        from end in Gen.Elements(Ends)
        select Entry(rule, kind, @namespace, name!, container, version, end);

    private static readonly Gen<Finding> Findings =
        from rule in Gen.Elements(Rules)
        from kind in Gen.Elements(Kinds)
        from @namespace in Gen.Elements(Namespaces)
        from name in Gen.Elements([.. Names, null])
        from isGenerated in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from container in Gen.Elements(Containers)
        from version in Gen.Elements("v1", "v1beta1")
        select Found(rule, new ObjectIdentity(version, kind, @namespace, name) { HasGeneratedName = isGenerated }, container);

    private static readonly Gen<(Exemption[] Entries, Finding[] Findings, int Seed)> Cases =
        from entries in Entries.ArrayOf()
        from findings in Findings.ArrayOf()
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select (entries, findings, seed);

    [Fact]
    public void Several_entries_exempt_what_each_does_and_nothing_else() => Check(it => it.Findings.All(finding =>
        IsExempt(new(it.Entries), finding) == it.Entries.Any(entry => IsExempt(new([entry]), finding))));

    [Fact]
    public void The_order_of_the_entries_changes_nothing() => Check(it =>
    {
        var shuffled = it.Entries.ToArray();
        new Random(it.Seed).Shuffle(shuffled);
        var (one, other) = (new ExemptionList(it.Entries), new ExemptionList(shuffled));
        return it.Findings.All(finding => one.Find(finding, Now) == other.Find(finding, Now));
    });

    [Fact]
    public void An_entry_exempts_what_it_names_to_the_letter() => Check(it => it.Findings.All(finding =>
        it.Entries.All(entry => IsExempt(new([entry]), finding) == Names_it(entry, finding))));

    [Fact]
    public void What_is_found_does_not_depend_on_the_way_it_is_asked_for() => Check(it => it.Findings.All(finding =>
        new ExemptionList(it.Entries) is var list
        && list.Find(finding, Now) == list.Find(finding.Rule.Id, finding.Object, finding.Container, Now)
        && list.Find(finding, Now) == list.Matching(finding, Now).FirstOrDefault()));

    /// <summary>The definition, without a table.</summary>
    private static bool Names_it(Exemption entry, Finding finding) =>
        entry.Rule == finding.Rule.Id
        && entry.Object.Kind == finding.Object.Kind
        && (entry.Object.Namespace ?? "") == (finding.Object.Namespace ?? "")
        && entry.Object.Name == finding.Object.Name
        && !finding.Object.HasGeneratedName
        && !entry.Object.Name.Contains('*', StringComparison.Ordinal)
        && (entry.Object.ApiVersion ?? finding.Object.ApiVersion) == finding.Object.ApiVersion
        && (entry.Container is null || entry.Container == finding.Container)
        && entry.Expires.ToString() is not ("2026-06-14" or "2026-06-15T12:00:00Z" or "2027-06-17");

    private static bool IsExempt(ExemptionList list, Finding finding) => list.Find(finding, Now) is not null;

    private static Finding Found(string rule, ObjectIdentity identity, string? container) => new(
        new RuleInfo(rule, rule, "a test", "https://example.com/", Severity.Warning, Profiles.None, "a test"),
        identity,
        new Origin("a.yaml", 0, null, 1, 1),
        container is null ? FieldPath.Root : FieldPath.Root.Key("spec").Key("containers").Append(new PathStep.Element("name", container)).Key("image"),
        "",
        "wrong",
        Fix: null,
        new Refusal(RefusalCode.NeedsDecision, "why"));

    private static void Check(Func<(Exemption[] Entries, Finding[] Findings, int Seed), bool> holds) =>
        Prop.ForAll(Cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
