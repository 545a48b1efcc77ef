using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class SubscriptionTests
{
    private static List<SubscriptionRule> All =>
    [
        .. Subscription.Validating(Catalogue.All, isNamespaced: true),
        .. Subscription.Validating(Catalogue.All, isNamespaced: false),
        .. Subscription.Mutating(Catalogue.All, isNamespaced: true),
        .. Subscription.Mutating(Catalogue.All, isNamespaced: false),
    ];

    [Fact]
    public void Is_what_the_golden_says() => Golden.Matches(
        Path.Combine(Checkout.Root, "tests", "shared", "Policy", "subscription.txt"),
        string.Concat(Written("validating", isNamespaced: true).Concat(Written("validating", isNamespaced: false)).Concat(Written("mutating", isNamespaced: true)).Concat(Written("mutating", isNamespaced: false))));

    [Fact]
    public void Asks_for_every_kind_with_pods_in_every_version() => Assert.All(ResourceKind.Pods, kind =>
    {
        var rule = Subscription.Validating(Catalogue.All, kind.IsNamespaced).Single(rule => rule.Group == kind.Group);
        Assert.Contains(kind.Resource, rule.Resources);
        Assert.All(kind.Versions, version => Assert.Contains(version, rule.Versions));
        Assert.Equal(["CREATE", "UPDATE"], rule.OperationNames);
    });

    [Theory]
    [InlineData("", "services", true)]
    [InlineData("networking.k8s.io", "ingresses", true)]
    [InlineData("rbac.authorization.k8s.io", "roles", true)]
    [InlineData("rbac.authorization.k8s.io", "clusterroles", false)]
    [InlineData("rbac.authorization.k8s.io", "clusterrolebindings", false)]
    [InlineData("autoscaling", "horizontalpodautoscalers", true)]
    [InlineData("policy", "poddisruptionbudgets", true)]
    public void Asks_for_what_else_is_judged(string group, string resource, bool isNamespaced) =>
        Assert.Contains(resource, Subscription.Validating(Catalogue.All, isNamespaced).Single(rule => rule.Group == group).Resources);

    [Fact]
    public void Asks_for_subresources_of_pods_by_name() =>
        Assert.Equal(
            ["pods/ephemeralcontainers", "pods/resize"],
            Subscription.Validating(Catalogue.All, isNamespaced: true).SelectMany(rule => rule.Resources).Where(resource => resource.Contains('/', StringComparison.Ordinal)));

    [Fact]
    public void Asks_to_mutate_no_subresource() =>
        Assert.DoesNotContain(Subscription.Mutating(Catalogue.All, isNamespaced: true).SelectMany(rule => rule.Resources), resource => resource.Contains('/', StringComparison.Ordinal));

    [Theory]
    [InlineData("leases")]
    [InlineData("events")]
    [InlineData("endpoints")]
    [InlineData("endpointslices")]
    [InlineData("nodes")]
    [InlineData("namespaces")]
    [InlineData("secrets")]
    [InlineData("configmaps")]
    [InlineData("tokenreviews")]
    [InlineData("subjectaccessreviews")]
    [InlineData("selfsubjectaccessreviews")]
    [InlineData("localsubjectaccessreviews")]
    [InlineData("certificatesigningrequests")]
    [InlineData("customresourcedefinitions")]
    [InlineData("apiservices")]
    [InlineData("validatingwebhookconfigurations")]
    [InlineData("mutatingwebhookconfigurations")]
    [InlineData("pods/*")]
    [InlineData("pods/status")]
    [InlineData("pods/binding")]
    [InlineData("pods/eviction")]
    [InlineData("pods/exec")]
    public void Never_asks_for(string resource) => Assert.DoesNotContain(All, rule => rule.Resources.Contains(resource));

    [Fact]
    public void Has_no_wildcard() =>
        Assert.All(All, rule => Assert.DoesNotContain(
            rule.Resources.Concat(rule.Versions).Concat(rule.OperationNames).Append(rule.Group),
            text => text.Contains('*', StringComparison.Ordinal)));

    [Fact]
    public void A_rule_over_any_object_asks_for_nothing()
    {
        var anything = Catalogue.All.OfType<ObjectRule>().Where(rule => rule.Judges is [var only] && only == ResourceKind.Any).ToList();
        Assert.NotEmpty(anything);
        Assert.Empty(Subscription.Validating(anything, isNamespaced: true));
    }

    [Fact]
    public void A_rule_over_a_set_asks_for_nothing() =>
        Assert.Empty(Subscription.Validating(Catalogue.All.OfType<SetRule>(), isNamespaced: true));

    /// <summary>What a scan alone adds has nothing sent for it: a ConfigMap would wait for a webhook that says nothing of it unless asked.</summary>
    [Fact]
    public void A_rule_that_only_a_scan_adds_asks_for_nothing_but_ingresses()
    {
        var onlyScan = Catalogue.All.OfType<ObjectRule>().Where(rule => rule.Info.Profiles == Profiles.OnlyScan).ToList();
        Assert.Contains(onlyScan, rule => rule.Judges.Contains(ResourceKind.ConfigMap));
        Assert.Equal(["ingresses"], Subscription.Validating(onlyScan, isNamespaced: true).SelectMany(rule => rule.Resources));
    }

    [Theory]
    [InlineData("", "pods", false)]
    [InlineData("", "services", false)]
    [InlineData("", "podtemplates", true)]
    [InlineData("apps", "deployments", true)]
    [InlineData("batch", "cronjobs", true)]
    [InlineData("batch", "jobs", false)]
    [InlineData("argoproj.io", "rollouts", false)]
    public void Asks_to_mutate_an_update_only_of_what_may_change_then(string group, string resource, bool isAsked)
    {
        var rule = Subscription.Mutating(Catalogue.All, isNamespaced: true).Single(rule => rule.Group == group && rule.Resources.Contains(resource));
        Assert.Equal(isAsked ? ["CREATE", "UPDATE"] : ["CREATE"], rule.OperationNames);
    }

    [Theory]
    [InlineData("namespaced.validate.selfheal.io", true)]
    [InlineData("cluster.mutate.selfheal.io", true)]
    [InlineData("policy.example.com", false)]
    public void Knows_the_entries_of_the_chart_by_their_names(string entry, bool isKnown) => Assert.Equal(isKnown, Subscription.OfEntry(entry, Catalogue.All) is { Count: > 0 });

    [Fact]
    public void Namespaced_and_cluster_scoped_kinds_are_kept_apart()
    {
        Assert.All(Subscription.Validating(Catalogue.All, isNamespaced: true), rule => Assert.True(rule.IsNamespaced));
        Assert.All(Subscription.Validating(Catalogue.All, isNamespaced: false), rule => Assert.False(rule.IsNamespaced));
    }

    private static IEnumerable<string> Written(string side, bool isNamespaced) =>
        (side == "validating" ? Subscription.Validating(Catalogue.All, isNamespaced) : Subscription.Mutating(Catalogue.All, isNamespaced))
        .Select(rule => $"{side} {rule.ToValue().ToJson().ToJsonString()}\n");
}
