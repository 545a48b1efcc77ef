using System.Globalization;
using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Tests.Policy.Exemptions;

namespace SelfHealGitOps.Tests.Policy;

public class ExemptionListTests
{
    private const string Entry = """
        exemptions:
          - rule: latest-tag
            object: {kind: Deployment, namespace: shop, name: web}
            container: web
            owner: team-shop
            reason: the vendor publishes no other tag, see SHOP-123
            expires: 2026-12-31

        """;

    private static readonly ObjectIdentity Web = new("apps/v1", "Deployment", "shop", "web");

    [Fact]
    public void Reads_an_entry()
    {
        var entry = Assert.Single(Valid(Entry));

        Assert.Equal("latest-tag", entry.Rule);
        Assert.Equal(new ExemptObject(null, "Deployment", "shop", "web"), entry.Object);
        Assert.Equal("web", entry.Container);
        Assert.Equal("team-shop", entry.Owner);
        Assert.Equal("the vendor publishes no other tag, see SHOP-123", entry.Reason);
        Assert.Equal(At("2027-01-01T00:00:00Z"), entry.Expires.Until);
        Assert.Equal((2, 5, "/exemptions/0"), (entry.Line, entry.Column, entry.Pointer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("exemptions: []")]
    [InlineData("exemptions:")]
    public void Reads_a_file_without_exemptions(string yaml) => Assert.Empty(Valid("version: 1\n" + yaml));

    [Theory]
    [InlineData("rule: latest-tag", "", 2, "exemptions.0.rule")]
    [InlineData("rule: latest-tag", "rule: ''", 2, "exemptions.0.rule")]
    [InlineData("rule: latest-tag", "rule: [latest-tag]", 2, "exemptions.0.rule")]
    [InlineData("owner: team-shop", "", 2, "exemptions.0.owner")]
    [InlineData("owner: team-shop", "owner: ' '", 5, "exemptions.0.owner")]
    [InlineData("owner: team-shop", "owner:", 5, "exemptions.0.owner")]
    [InlineData("owner: team-shop", "owner: 12", 5, "exemptions.0.owner")]
    [InlineData("reason: the vendor publishes no other tag, see SHOP-123", "", 2, "exemptions.0.reason")]
    [InlineData("expires: 2026-12-31", "", 2, "exemptions.0.expires")]
    [InlineData("expires: 2026-12-31", "expires: 2026-12-32", 7, "exemptions.0.expires")]
    [InlineData("expires: 2026-12-31", "expires: never", 7, "exemptions.0.expires")]
    [InlineData("kind: Deployment, ", "", 3, "exemptions.0.object.kind")]
    [InlineData(", name: web", "", 3, "exemptions.0.object.name")]
    [InlineData(", name: web", ", name: ''", 3, "exemptions.0.object.name")]
    [InlineData(", name: web", ", name: 7", 3, "exemptions.0.object.name")]
    [InlineData("namespace: shop", "namespace: ", 3, "exemptions.0.object.namespace")]
    [InlineData("namespace: shop", "namespace: ''", 3, "exemptions.0.object.namespace")]
    [InlineData("container: web", "container: ''", 4, "exemptions.0.container")]
    [InlineData("object: {kind: Deployment, namespace: shop, name: web}", "", 2, "exemptions.0.object")]
    [InlineData("object: {kind: Deployment, namespace: shop, name: web}", "object: web", 3, "exemptions.0.object")]
    [InlineData(", name: web", ", name: web, labels: {app: web}", 3, "exemptions.0.object.labels")]
    [InlineData(", name: web", ", name: web, group: apps", 3, "exemptions.0.object.group")]
    [InlineData("owner: team-shop", "owner: team-shop\n    until: 2026-12-31", 6, "exemptions.0.until")]
    public void Names_the_key_and_line_of_a_mistake(string right, string wrong, int line, string key)
    {
        var (list, problems) = Read(Entry.Replace(right, wrong, StringComparison.Ordinal).Replace("  - \n    object", "  - object", StringComparison.Ordinal));

        Assert.Empty(list);
        var problem = Assert.Single(problems);
        Assert.Equal((line, key), (problem.Line, problem.Key));
    }

    [Theory]
    [InlineData("exemptions: none")]
    [InlineData("exemptions: {rule: latest-tag}")]
    [InlineData("exemptions: [latest-tag]")]
    public void Takes_nothing_but_a_list_of_maps(string yaml) => Assert.Single(Read(yaml).Problems);

    [Fact]
    public void Holds_through_the_last_tick_of_the_day()
    {
        var list = new ExemptionList([Exemptions.Entry("latest-tag", "Deployment", "shop", "web", expires: "2026-12-31")]);
        var midnight = At("2027-01-01T00:00:00Z");

        Assert.NotNull(list.Find("latest-tag", Web, "web", midnight.AddTicks(-1)));
        Assert.Null(list.Find("latest-tag", Web, "web", midnight));
    }

    [Fact]
    public void Holds_up_to_an_instant_whatever_its_offset()
    {
        var list = new ExemptionList([Exemptions.Entry("latest-tag", "Deployment", "shop", "web", expires: "2026-12-31T12:00:00+02:00")]);
        var instant = At("2026-12-31T10:00:00Z");

        Assert.NotNull(list.Find("latest-tag", Web, "web", instant.AddTicks(-1)));
        Assert.Null(list.Find("latest-tag", Web, "web", instant));
        Assert.Null(list.Find("latest-tag", Web, "web", instant.ToOffset(TimeSpan.FromHours(-9))));
    }

    public static TheoryData<string, ObjectIdentity, string?> Others => new()
    {
        { "latest-ta", Web, "web" },
        { "latest-tag2", Web, "web" },
        { "Latest-Tag", Web, "web" },
        { "latest-tag", Web with { Kind = "StatefulSet" }, "web" },
        { "latest-tag", Web with { Kind = "deployment" }, "web" },
        { "latest-tag", Web with { Namespace = "shop-test" }, "web" },
        { "latest-tag", Web with { Namespace = "Shop" }, "web" },
        { "latest-tag", Web with { Namespace = null }, "web" },
        { "latest-tag", Web with { Namespace = "" }, "web" },
        { "latest-tag", Web with { Name = "web2" }, "web" },
        { "latest-tag", Web with { Name = "we" }, "web" },
        { "latest-tag", Web with { Name = "WEB" }, "web" },
        { "latest-tag", Web with { Name = null }, "web" },
        { "latest-tag", Web with { Name = "" }, "web" },
        { "latest-tag", Web with { HasGeneratedName = true }, "web" },
        { "latest-tag", Web with { ApiVersion = "apps/v1beta1" }, "web" },
        { "latest-tag", Web, "side" },
        { "latest-tag", Web, "web-2" },
        { "latest-tag", Web, null },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Exempts_nothing_but_what_it_names(string rule, ObjectIdentity identity, string? container)
    {
        var list = new ExemptionList([Exemptions.Entry("latest-tag", "Deployment", "shop", "web", "web", "apps/v1")]);

        Assert.NotNull(list.Find("latest-tag", Web, "web", Now));
        Assert.Null(list.Find(rule, identity, container, Now));
    }

    [Fact]
    public void Left_out_container_and_version_stand_for_any()
    {
        var list = new ExemptionList([Exemptions.Entry("latest-tag", "Deployment", "shop", "web")]);

        Assert.NotNull(list.Find("latest-tag", Web, null, Now));
        Assert.NotNull(list.Find("latest-tag", Web with { ApiVersion = "apps/v1beta1" }, "side", Now));
    }

    [Fact]
    public void Left_out_namespace_stands_for_none()
    {
        var list = new ExemptionList([Exemptions.Entry("latest-tag", "Deployment", null, "web")]);

        Assert.NotNull(list.Find("latest-tag", Web with { Namespace = null }, null, Now));
        Assert.NotNull(list.Find("latest-tag", Web with { Namespace = "" }, null, Now));
        Assert.Null(list.Find("latest-tag", Web, null, Now));
        Assert.Null(list.Find("latest-tag", Web with { Namespace = "default" }, null, Now));
    }

    [Theory]
    [InlineData("*", "Deployment", "shop", "web", null, null)]
    [InlineData("latest-*", "Deployment", "shop", "web", null, null)]
    [InlineData("latest-tag", "*", "shop", "web", null, null)]
    [InlineData("latest-tag", "(Deployment|StatefulSet)", "shop", "web", null, null)]
    [InlineData("latest-tag", "Deployment", "shop-?", "web", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "web*", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "^web", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "web$", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "web.+", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "we[bB]", null, null)]
    [InlineData("latest-tag", "Deployment", "shop", "web", "*", null)]
    [InlineData("latest-tag", "Deployment", "shop", "web", null, "apps/*")]
    public void A_pattern_exempts_nothing_not_even_its_own_text(string rule, string kind, string @namespace, string name, string? container, string? apiVersion)
    {
        var entry = Exemptions.Entry(rule, kind, @namespace, name, container, apiVersion);
        var list = new ExemptionList([entry]);

        Assert.Null(list.Find(rule, new ObjectIdentity(apiVersion ?? "apps/v1", kind, @namespace, name), container, Now));
        Assert.Null(list.Find("latest-tag", Web, "web", Now));
        Assert.Contains("is a pattern", entry.Excess(Now), StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_too_far_ahead_exempts_nothing()
    {
        var entry = Exemptions.Entry("latest-tag", "Deployment", "shop", "web", expires: "2027-06-17");

        Assert.Null(new ExemptionList([entry]).Find("latest-tag", Web, null, Now));
        Assert.Contains("366 days", entry.Excess(Now), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_the_one_that_holds_longest_is_named()
    {
        Exemption[] entries =
        [
            Exemptions.Entry("latest-tag", "Deployment", "shop", "web", expires: "2026-07-01"),
            Exemptions.Entry("latest-tag", "Deployment", "shop", "web", expires: "2026-08-01"),
            Exemptions.Entry("latest-tag", "Deployment", "shop", "web", "web", expires: "2026-09-01"),
        ];

        foreach (var list in new[] { new ExemptionList(entries), new ExemptionList(entries.Reverse()) })
        {
            Assert.Equal("2026-09-01", list.Find("latest-tag", Web, "web", Now)!.Expires.ToString());
            Assert.Equal("2026-08-01", list.Find("latest-tag", Web, "side", Now)!.Expires.ToString());
            Assert.Equal("2026-09-01", list.Find("latest-tag", Web, "web", At("2026-08-15T00:00:00Z"))!.Expires.ToString());
            Assert.Null(list.Find("latest-tag", Web, "side", At("2026-08-15T00:00:00Z")));
        }
    }

    [Fact]
    public void Looks_up_each_of_many()
    {
        const int Many = 20_000;
        string Name(int i) => i.ToString(CultureInfo.InvariantCulture);
        var list = new ExemptionList(Enumerable.Range(0, Many).Select(i => Exemptions.Entry("latest-tag", "Deployment", "shop", Name(i))));

        // Each against each would take 400 million comparisons, and time out.
        for (var i = 0; i < Many; i++)
        {
            Assert.Equal(Name(i), list.Find("latest-tag", Web with { Name = Name(i) }, null, Now)!.Object.Name);
        }
    }
}
