using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Bot.Tests.ArgoCd.LocatorCase;

namespace SelfHealGitOps.Bot.Tests.ArgoCd;

public sealed class ManifestLocatorTests : IDisposable
{
    private const string Listed = "[{group: apps, version: v1, kind: Deployment, namespace: shop, name: web}]";

    private readonly LocatorCase at = new();

    [Fact]
    public void A_tracked_object_leads_to_its_line()
    {
        at.File("deploy/web.yaml", $"# The shop.\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\n---\n{Declared()}").Application(resources: Listed);

        var placed = Placed(at.Locate(Live()));

        Assert.Equal(("deploy/web.yaml", 1, null, 6), (placed.Spot.File, placed.Spot.Document, placed.Spot.Item, placed.Spot.Line));
        Assert.Equal((1m, true), (placed.Confidence, placed.AllowsPullRequest));
        Assert.Equal(["Deployment shop/web", "tracking id names Application argocd/shop", "deploy: deploy/web.yaml:6"], placed.Way);
    }

    [Fact]
    public void An_item_of_a_list_is_counted()
    {
        var items = string.Join('\n', (Declared("api") + "\0" + Declared()).Split('\0').Select(item => "  - " + item.TrimEnd().ReplaceLineEndings("\n    ")));
        at.File("deploy/all.yaml", $"apiVersion: v1\nkind: List\nitems:\n{items}\n").Application(resources: Listed);

        var placed = Placed(at.Locate(Live()));

        Assert.Equal((0, 1), (placed.Spot.Document, placed.Spot.Item));
        Assert.True(placed.AllowsPullRequest);
    }

    [Theory]
    [InlineData("git@git.example.com:shop/deploy")]
    [InlineData("ssh://git@GIT.example.com:22/shop/deploy.git")]
    [InlineData("https://user:token@git.example.com/shop/deploy/")]
    public void Spellings_of_a_repository_are_one(string url)
    {
        at.File("deploy/web.yaml", Declared()).Application(source: $"{{repoURL: '{url}', path: ./deploy/, targetRevision: refs/heads/main}}", resources: Listed);

        var placed = Placed(at.Locate(Live()));

        Assert.Equal(1m, placed.Confidence);
        Assert.DoesNotContain("token", string.Join(' ', placed.Way), StringComparison.Ordinal);
    }

    [Fact]
    public void The_label_alone_is_less_sure_and_enough()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);

        var placed = Placed(at.Locate(Live(mark: null, labels: "{app.kubernetes.io/instance: shop}")));

        Assert.Equal((0.90m, true), (placed.Confidence, placed.AllowsPullRequest));
    }

    [Fact]
    public void A_label_of_the_owners_choice_is_read()
    {
        at.Settings = new() { InstanceLabel = "example.com/app" };
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);

        Assert.True(Placed(at.Locate(Live(mark: null, labels: "{example.com/app: shop}"))).AllowsPullRequest);
    }

    [Fact]
    public void An_application_of_another_namespace_is_named_with_it()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed, @namespace: "teams").Application(source: "{repoURL: 'https://elsewhere.example.com/x', path: y}");

        Assert.True(Placed(at.Locate(Live(mark: "argocd.argoproj.io/tracking-id: 'teams_shop:apps/Deployment:shop/web'"))).AllowsPullRequest);
    }

    [Fact]
    public void An_application_of_another_namespace_is_not_meant_without_it()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed, @namespace: "teams");

        Assert.Contains("teams_shop", Is(UnplacedCode.ApplicationMissing, at.Locate(Live())).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}", "")]
    [InlineData("{helm.toolkit.fluxcd.io/name: web, helm.toolkit.fluxcd.io/namespace: shop}", "")]
    [InlineData("{}", ", meta.helm.sh/release-name: web")]
    public void Whom_two_claim_belongs_to_neither(string labels, string mark)
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);
        const string Tracking = "argocd.argoproj.io/tracking-id: 'shop:apps/Deployment:shop/web'";

        Is(UnplacedCode.AmbiguousApplication, at.Locate(Live(mark: Tracking + mark, labels: labels)));
        Is(UnplacedCode.AmbiguousApplication, at.Locate(Live(mark: mark.TrimStart(',', ' '), labels: labels.Replace("{", "{app.kubernetes.io/instance: shop, ", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("deploy/x.jsonnet", "", false)]
    [InlineData("deploy/eu/x.jsonnet", "", true)]
    [InlineData("deploy/eu/x.jsonnet", "recurse: true", false)]
    [InlineData("deploy/x.jsonnet", "exclude: '*.jsonnet'", true)]
    [InlineData("other/x.jsonnet", "recurse: true", true)]
    public void Jsonnet_that_the_application_runs_allows_no_pull_request(string file, string directory, bool isAllowed)
    {
        at.File("deploy/web.yaml", Declared()).File(file, "{}")
            .Application(source: $"{{repoURL: {Url}, path: deploy, targetRevision: main, directory: {{{directory}}}}}", resources: Listed);

        Assert.Equal(isAllowed, Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Fact]
    public void A_namespace_by_destination_is_less_sure()
    {
        at.File("deploy/web.yaml", Declared(@namespace: null)).Application(resources: Listed);

        Assert.Equal(0.95m, Placed(at.Locate(Live())).Confidence);
    }

    [Fact]
    public void A_namespace_by_another_destination_is_another_object()
    {
        at.File("deploy/web.yaml", Declared(@namespace: null)).Application(destination: "{name: in-cluster, namespace: other}", resources: Listed);

        Is(UnplacedCode.NotInSource, at.Locate(Live()));
    }

    [Fact]
    public void The_same_name_in_another_namespace_is_ruled_out()
    {
        at.File("deploy/web.yaml", Declared()).File("deploy/test.yaml", Declared(@namespace: "test")).Application(resources: Listed);

        var placed = Placed(at.Locate(Live()));

        Assert.Equal(("deploy/web.yaml", "deploy/test.yaml"), (placed.Spot.File, placed.Alternatives.Single().Spot.File));
    }

    [Fact]
    public void Two_declarations_are_none()
    {
        at.File("deploy/a.yaml", Declared()).File("deploy/b.yaml", Declared(@namespace: null)).Application(resources: Listed);

        Assert.Equal(2, Is(UnplacedCode.AmbiguousFile, at.Locate(Live())).Candidates.Count);
    }

    [Fact]
    public void Twice_in_one_file_is_none()
    {
        at.File("deploy/a.yaml", Declared() + "---\n" + Declared()).Application(resources: Listed);

        Is(UnplacedCode.AmbiguousFile, at.Locate(Live()));
    }

    [Fact]
    public void A_second_declaration_where_nobody_scans_is_seen()
    {
        Assert.True(Glob.TryParse("deploy/old", out var glob, out _));
        at.Excluded = ExcludedPaths.Nothing.With(at.Root, [glob!]);
        at.File("deploy/old/a.yaml", Declared()).File("deploy/b.yaml", Declared())
            .Application(source: $"{{repoURL: {Url}, path: deploy, targetRevision: main, directory: {{recurse: true}}}}", resources: Listed);

        Is(UnplacedCode.AmbiguousFile, at.Locate(Live()));
    }

    [Fact]
    public void An_excluded_file_is_not_changed()
    {
        Assert.True(Glob.TryParse("deploy", out var glob, out _));
        at.Excluded = ExcludedPaths.Nothing.With(at.Root, [glob!]);
        at.File("deploy/a.yaml", Declared()).Application(resources: Listed);

        Is(UnplacedCode.ExcludedFile, at.Locate(Live()));
    }

    [Theory]
    [InlineData("deploy/web.yaml", "{}", true)]
    [InlineData("deploy/eu/web.yaml", "{}", false)]
    [InlineData("deploy/eu/web.yaml", "{recurse: true}", true)]
    [InlineData("deploy/eu/web.yaml", "{recurse: true, exclude: 'eu/*'}", false)]
    [InlineData("deploy/eu/web.yaml", "{recurse: true, exclude: '{us/*,eu/*}'}", false)]
    [InlineData("deploy/eu/web.yaml", "{recurse: true, include: '*.yaml'}", true)]
    [InlineData("deploy/eu/web.yaml", "{recurse: true, include: '*.yml'}", false)]
    [InlineData("deploy/web.yml", "{include: '[!a-v]*'}", true)]
    [InlineData("deployment/web.yml", "{}", false)]
    public void Only_what_the_application_reads_counts(string file, string directory, bool isRead)
    {
        at.File(file, Declared()).Application(source: $"{{repoURL: {Url}, path: deploy, targetRevision: main, directory: {directory}}}", resources: Listed);

        Assert.Equal(isRead, at.Locate(Live()) is ManifestPlace.Placement { AllowsPullRequest: true });
    }

    [Fact]
    public void A_pattern_nobody_understands_allows_no_pull_request()
    {
        at.File("deploy/web.yaml", Declared()).Application(source: $"{{repoURL: {Url}, path: deploy, targetRevision: main, directory: {{exclude: '{{a'}}}}", resources: Listed);

        Assert.False(Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Fact]
    public void A_file_that_asks_to_be_passed_over_is()
    {
        at.File("deploy/web.yaml", "# +argocd:skip-file-rendering\n" + Declared()).Application(resources: Listed);

        Is(UnplacedCode.NotInSource, at.Locate(Live()));
    }

    [Theory]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main, helm: {releaseName: web}}", null)]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main, kustomize: {namePrefix: a-}}", null)]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main, plugin: {}}", null)]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main}", "deploy/kustomization.yaml")]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main}", "deploy/Kustomization")]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main}", "deploy/Chart.yaml")]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: main}", "deploy/.argocd-source-shop.yaml")]
    [InlineData("{repoURL: $URL, path: ../deploy, targetRevision: main}", null)]
    public void Rendered_sources_are_recognised(string source, string? file)
    {
        at.File("deploy/web.yaml", Declared()).Application(source: source.Replace("$URL", Url, StringComparison.Ordinal), resources: Listed);
        if (file is not null)
        {
            at.File(file, "resources: [web.yaml]\n");
        }

        Is(UnplacedCode.UnmappedSource, at.Locate(Live()));
    }

    [Theory]
    [InlineData("{kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}", "Flux Kustomization flux-system/apps")]
    [InlineData("{helm.toolkit.fluxcd.io/name: web, helm.toolkit.fluxcd.io/namespace: shop}", "Flux HelmRelease shop/web")]
    public void Flux_is_recognised(string labels, string said)
    {
        at.File("deploy/web.yaml", Declared());

        Assert.Contains(said, Is(UnplacedCode.UnmappedSource, at.Locate(Live(mark: null, labels: labels))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_beside_a_kustomization_allows_no_pull_request()
    {
        at.File("deploy/eu/web.yaml", Declared()).File("deploy/eu/kustomization.yaml", "patches: [{path: web.yaml}]\n")
            .Application(source: $"{{repoURL: {Url}, path: deploy, targetRevision: main, directory: {{recurse: true}}}}", resources: Listed);

        Assert.False(Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Theory]
    [InlineData("apps/Deployment:shop/api")]
    [InlineData("apps/Deployment:other/web")]
    [InlineData("apps/StatefulSet:shop/web")]
    [InlineData("extensions/Deployment:shop/web")]
    public void A_copied_tracking_id_is_not_believed(string of)
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);

        Is(UnplacedCode.TrackingIdCopied, at.Locate(Live(mark: $"argocd.argoproj.io/tracking-id: 'shop:{of}'", labels: "{app.kubernetes.io/instance: shop}")));
    }

    [Fact]
    public void A_tracking_id_that_cannot_be_read_is_not_believed()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);

        Is(UnplacedCode.TrackingIdUnreadable, at.Locate(Live(mark: "argocd.argoproj.io/tracking-id: 'shop'")));
    }

    [Fact]
    public void Two_applications_are_none()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed).Application("other", resources: Listed);

        Is(UnplacedCode.AmbiguousApplication, at.Locate(Live()));
        Is(UnplacedCode.AmbiguousApplication, at.Locate(Live(mark: null)));
    }

    [Fact]
    public void A_label_that_names_another_application_is_doubted_only_where_that_may_hold_it()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed).Application("other").Application("third", resources: "[]");

        Is(UnplacedCode.AmbiguousApplication, at.Locate(Live(labels: "{app.kubernetes.io/instance: other}")));
        Assert.True(Placed(at.Locate(Live(labels: "{app.kubernetes.io/instance: third}"))).AllowsPullRequest);
        Assert.True(Placed(at.Locate(Live(labels: "{app.kubernetes.io/instance: some-release}"))).AllowsPullRequest);
    }

    [Fact]
    public void What_the_application_does_not_list_is_not_its_own()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: "[]");

        Is(UnplacedCode.NotManaged, at.Locate(Live()));
    }

    [Fact]
    public void An_application_that_is_gone_leads_nowhere()
    {
        at.File("deploy/web.yaml", Declared());

        Is(UnplacedCode.ApplicationMissing, at.Locate(Live()));
    }

    [Fact]
    public void Applications_that_cannot_be_read_are_not_taken_for_none()
    {
        at.Answer = new ArgoApplications.Unknown("403 Forbidden: no");
        at.File("deploy/web.yaml", Declared());

        Is(UnplacedCode.ApplicationsUnreadable, at.Locate(Live()));
        Is(UnplacedCode.ApplicationsUnreadable, at.Locate(Live(mark: null, labels: "{app.kubernetes.io/instance: shop}")));
    }

    [Theory]
    [InlineData("{repoURL: $URL, path: deploy, targetRevision: v1.2}", UnplacedCode.OtherRevision)]
    [InlineData("{repoURL: 'https://git.example.com/shop/other', path: deploy, targetRevision: main}", UnplacedCode.OtherRepository)]
    [InlineData("{repoURL: 'https://git.example.com/Shop/deploy', path: deploy, targetRevision: main}", UnplacedCode.OtherRepository)]
    public void Another_place_is_said_to_be_another(string source, object code)
    {
        at.File("deploy/web.yaml", Declared()).Application(source: source.Replace("$URL", Url, StringComparison.Ordinal), resources: Listed);

        Is((UnplacedCode)code, at.Locate(Live()));
    }

    [Fact]
    public void The_default_branch_is_the_base_or_not()
    {
        at.File("deploy/web.yaml", Declared()).Application(source: $"{{repoURL: {Url}, path: deploy}}", resources: Listed);

        Assert.Equal(1m, Placed(at.Locate(Live())).Confidence);
        at.DefaultBranch = null;
        Assert.Equal(0.90m, Placed(at.Locate(Live())).Confidence);
        at.DefaultBranch = "trunk";
        Is(UnplacedCode.OtherRevision, at.Locate(Live()));
    }

    [Fact]
    public void An_application_of_another_cluster_claims_nothing_here()
    {
        at.File("deploy/web.yaml", Declared()).Application(destination: "{server: 'https://10.0.0.1:6443', namespace: shop}", resources: Listed);

        Is(UnplacedCode.OtherCluster, at.Locate(Live()));
        at.Settings = new() { Clusters = ["https://10.0.0.1:6443/"] };
        Assert.True(Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Fact]
    public void A_generated_name_leads_to_no_file()
    {
        at.File("deploy/web.yaml", Declared().Replace("name: web\n", "generateName: we\n", StringComparison.Ordinal)).Application(resources: Listed);

        Assert.Single(Is(UnplacedCode.GeneratedName, at.Locate(Live())).Candidates);
    }

    [Fact]
    public void Versions_of_one_group_are_one_object_and_groups_are_not()
    {
        at.File("deploy/web.yaml", Declared().Replace("apps/v1", "apps/v1beta2", StringComparison.Ordinal)).Application(resources: Listed);
        Assert.Equal(0.95m, Placed(at.Locate(Live())).Confidence);

        at.File("deploy/web.yaml", Declared().Replace("apps/v1", "apps.example.com/v1", StringComparison.Ordinal));
        Is(UnplacedCode.NotInSource, at.Locate(Live()));
    }

    [Fact]
    public void Drift_is_a_doubt_and_of_the_field_that_is_to_change_too_much()
    {
        at.File("deploy/web.yaml", Declared()).Application(resources: Listed);

        Assert.Equal(0.95m, Placed(at.Locate(Live(replicas: 7))).Confidence);
        Assert.False(Placed(at.Locate(Live(replicas: 7), FieldPath.Root.Key("spec").Key("replicas"))).AllowsPullRequest);
        Assert.True(Placed(at.Locate(Live(replicas: 7), FieldPath.Root.Key("spec").Key("template"))).AllowsPullRequest);
    }

    [Fact]
    public void A_file_that_says_something_else_throughout_allows_no_pull_request()
    {
        at.File("deploy/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 9, paused: true, minReadySeconds: 4, template: {}}\n").Application(resources: Listed);

        Assert.False(Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Fact]
    public void A_file_that_cannot_be_read_may_declare_it_too()
    {
        at.File("deploy/web.yaml", Declared()).File("deploy/broken.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web\n").Application(resources: Listed);

        Assert.Equal(0.90m, Placed(at.Locate(Live())).Confidence);
    }

    [Fact]
    public void What_nothing_claims_allows_no_pull_request()
    {
        at.File("deploy/web.yaml", Declared());

        Assert.Equal((0.60m, false), (Placed(at.Locate(Live(mark: null))).Confidence, Placed(at.Locate(Live(mark: null))).AllowsPullRequest));
        Is(UnplacedCode.NotDeclared, at.Locate(Live("api", mark: null)));
        Is(UnplacedCode.UnmappedSource, at.Locate(Live("api", mark: "meta.helm.sh/release-name: api")));
    }

    [Fact]
    public void Of_several_sources_the_one_that_declares_it_is_meant()
    {
        const string App = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shop, namespace: argocd}
            spec:
              sources: [{repoURL: $URL, path: infra, targetRevision: main}, {repoURL: $URL, path: deploy, targetRevision: main}$MORE]
              destination: {name: in-cluster, namespace: shop}
            status: {resources: $LISTED}
            """;
        at.File("deploy/web.yaml", Declared()).File("infra/api.yaml", Declared("api"));
        var app = App.Replace("$URL", Url, StringComparison.Ordinal).Replace("$LISTED", Listed, StringComparison.Ordinal);

        at.ApplicationOf(app.Replace("$MORE", ", {repoURL: 'https://charts.example.com/x', ref: values}", StringComparison.Ordinal));
        Assert.Equal(1m, Placed(at.Locate(Live())).Confidence);
    }

    [Fact]
    public void A_source_beside_it_that_is_rendered_allows_no_pull_request()
    {
        at.File("deploy/web.yaml", Declared()).ApplicationOf($$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shop, namespace: argocd}
            spec:
              sources: [{repoURL: {{Url}}, path: deploy, targetRevision: main}, {repoURL: {{Url}}, path: chart, helm: {}, targetRevision: main}]
              destination: {name: in-cluster, namespace: shop}
            status: {resources: {{Listed}}}
            """);

        Assert.False(Placed(at.Locate(Live())).AllowsPullRequest);
    }

    [Fact]
    public void An_object_of_the_whole_cluster_has_no_namespace_to_compare()
    {
        const string Role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:shop\n";
        at.File("deploy/role.yaml", Role).Application(resources: "[{group: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:shop'}]");

        Assert.Equal(1m, Placed(at.Locate(Role + "  annotations: {argocd.argoproj.io/tracking-id: 'shop:rbac.authorization.k8s.io/ClusterRole:shop/system:shop'}\n")).Confidence);
    }

    [Fact]
    public void An_index_follows_changed_files_alone()
    {
        at.File("deploy/web.yaml", Declared()).File("deploy/api.yaml", Declared("api"));
        var index = at.Index();
        var changed = new IndexedFile("deploy/web.yaml", Objects(Declared("shop")), IsSkippedByArgo: false, IsWhole: true);

        var now = index.With([changed], ["deploy/api.yaml"]);

        Assert.Equal((2, 1), (index.Count, now.Count));
        Assert.Empty(now.Named("Deployment", "web"));
        Assert.Empty(now.Named("Deployment", "api"));
        Assert.Single(now.Named("Deployment", "shop"));
        Assert.Single(index.Named("Deployment", "web"));
    }

    [Fact]
    public void The_documentation_has_every_code_and_the_bar()
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "manifest-index.md"));

        Assert.All(Enum.GetValues<UnplacedCode>(), code => Assert.Contains($"| `{Words.Of(code)}` | ", text, StringComparison.Ordinal));
        Assert.Contains(FormattableString.Invariant($"**Below {ManifestPlace.Placement.Bar:0.00} there is"), text, StringComparison.Ordinal);
    }

    public void Dispose() => at.Dispose();

    private static ManifestPlace.Placement Placed(ManifestPlace place) =>
        place as ManifestPlace.Placement ?? throw new InvalidOperationException(place.ToString());

    private static ManifestPlace.Unplaced Is(UnplacedCode code, ManifestPlace place)
    {
        var unplaced = Assert.IsType<ManifestPlace.Unplaced>(place);
        Assert.Equal(code, unplaced.Code);
        return unplaced;
    }
}
