using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class SubscribedRulesTests
{
    private readonly ShownClock clock = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("namespaced.validate.selfheal.io", true, true)]
    [InlineData("cluster.validate.selfheal.io", true, false)]
    [InlineData("namespaced.mutate.selfheal.io", false, true)]
    [InlineData("cluster.mutate.selfheal.io", false, false)]
    public void An_entry_of_the_chart_has_the_rules_of_the_catalogue(string entry, bool validates, bool isNamespaced)
    {
        var wanted = validates ? Subscription.Validating(Catalogue.All, isNamespaced) : Subscription.Mutating(Catalogue.All, isNamespaced);
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted.Select(rule => rule.ToValue().ToJson().ToJsonString()), Of([], entry)!.Select(rule => rule!.ToJsonString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("policy.example.com")]
    [InlineData("validate.selfheal.io")]
    [InlineData("namespaced.validate.selfheal.io.example.com")]
    public void An_entry_of_another_name_is_left_as_it_is(string entry) => Assert.Null(Of([], entry));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(30, true)]
    [InlineData(24 * 60, true)]
    [InlineData(48 * 60, false)]
    public void None_while_admission_is_set_aside_for_a_day_at_most(int minutes, bool isSetAside)
    {
        var configuration = new JsonObject();
        new Breakglass(clock.Now.AddMinutes(minutes), "kim", "").Open(configuration);
        Assert.Equal(isSetAside, Of(configuration, "namespaced.validate.selfheal.io")!.Count == 0);
        Assert.Null(Of(configuration, "policy.example.com"));
    }

    [Fact]
    public void A_mark_that_cannot_be_read_is_none() =>
        Assert.NotEmpty(Of(JsonNode.Parse("""{"metadata": {"annotations": {"selfheal.io/breakglass-until": "for ever"}}}""")!.AsObject(), "namespaced.validate.selfheal.io")!);

    private JsonArray? Of(JsonObject configuration, string entry) => SubscribedRules.Until(clock)(configuration, entry);
}
