using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.ArgoCd;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public sealed class FanOutReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void Overlays_are_found_through_others()
    {
        folder.Write("base/web.yaml", LocatorCase.Declared())
            .Write("base/kustomization.yaml", "resources: [web.yaml]\n")
            .Write("parts/kustomization.yaml", "kind: Component\nresources: [../base]\n")
            .Write("overlays/eu/kustomization.yaml", "resources: [../../base]\npatches: [{path: patch.yaml}, {patch: '- op: remove'}]\n")
            .Write("overlays/eu/patch.yaml", LocatorCase.Declared())
            .Write("overlays/us/Kustomization", "components: [../../parts]\nresources: [https://example.com/x, ../../../../etc]\n")
            .Write("overlays/us/other.yaml", LocatorCase.Declared())
            .Write("ring/kustomization.yaml", "resources: [../overlays/us, ../ring]\n");

        Assert.Equal(["base", "overlays/eu", "overlays/us", "parts", "ring"], Of("base/web.yaml").Overlays!);
        Assert.Equal(["overlays/eu"], Of("overlays/eu/patch.yaml").Overlays!);
        Assert.Equal(["overlays/us", "ring"], Of("overlays/us/Kustomization").Overlays!);
        Assert.Empty(Of("overlays/us/other.yaml").Overlays!);
    }

    [Theory]
    [InlineData("resources: [../base\nx: {\n")]
    [InlineData("resources:\n  - {{ .base }}\n  - ../base\n")]
    [InlineData("{{- if .x }}\nresources: [../base]\n{{- end }}\n")]
    [InlineData("resources:\n\t- ../base\n")]
    [InlineData("resources: [../base]\nresources: [../other]\n")]
    [InlineData("resources: ../base\n")]
    [InlineData("- ../base\n")]
    [InlineData("resources: [{a: b}]\n")]
    [InlineData("resources: [../base]\n---\n&a [*b\n")]
    public void A_kustomization_that_cannot_be_read_makes_overlays_unknown(string text)
    {
        folder.Write("base/web.yaml", LocatorCase.Declared()).Write("base/kustomization.yaml", "resources: [web.yaml]\n").Write("over/kustomization.yaml", text)
            .Write("all/kustomization.yaml", "resources: [../over]\n");
        var applications = Known(App("all", "{repoURL: $URL, path: all}", "{name: one}"));

        var read = Of("base/web.yaml", applications);

        Assert.Null(read.Overlays);
        Assert.Null(read.Applications);
        Assert.True(BlastRadius.Of(Changes.Lightest with { Git = read }).Tier >= Tier.Human);
        Assert.Empty(Of("base/web.yaml", Known(App("base", "{repoURL: $URL, path: elsewhere}", "{name: one}"))).Applications!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{\"resources\":[\"../base\"]}")]
    [InlineData("resources:\nopenapi: {path: x.json}\npatches:\n- patch: |-\n    - op: remove\n")]
    public void A_kustomization_that_can_be_read_leaves_them_known(string text)
    {
        folder.Write("base/web.yaml", LocatorCase.Declared()).Write("over/kustomization.yaml", text);
        Assert.NotNull(Of("base/web.yaml").Overlays);
    }

    [UnixFact]
    public void A_kustomization_that_is_a_link_or_too_large_makes_overlays_unknown()
    {
        folder.Write("base/web.yaml", LocatorCase.Declared()).Write("shared/overlay.yaml", "resources: [../base]\n").Link("over/kustomization.yaml", "../shared/overlay.yaml");
        Assert.Null(Of("base/web.yaml").Overlays);

        File.Delete(folder["over/kustomization.yaml"]);
        Assert.NotNull(Of("base/web.yaml").Overlays);
        using (var large = File.Create(folder["over/kustomization.yaml"]))
        {
            large.SetLength(Manifests.ManifestReader.MaxFileBytes + 1);
        }

        Assert.Null(Of("base/web.yaml").Overlays);
    }

    [Fact]
    public void A_kustomization_alone_in_its_folder_is_found()
    {
        folder.Write("base/web.yaml", LocatorCase.Declared()).Write("over/Kustomization", "resources: [../base/web.yaml]\n");
        Assert.Equal(["over"], Of("base/web.yaml").Overlays!);
    }

    [Fact]
    public void Applications_count_where_they_read_the_file_and_their_clusters_once()
    {
        folder.Write("base/web.yaml", LocatorCase.Declared()).Write("base/kustomization.yaml", "resources: [web.yaml]\n")
            .Write("eu/kustomization.yaml", "resources: [../base]\n").Write("plain/a.yaml", LocatorCase.Declared("a")).Write("chart/Chart.yaml", "name: x\n").Write("values/eu.yaml", "a: b\n");
        var known = Known(
            App("eu", "{repoURL: $URL, path: eu}", "{name: one}"),
            App("base", "{repoURL: 'git@git.example.com:shop/deploy', path: base}", "{name: two}"),
            App("plain", "{repoURL: $URL, path: plain}", "{name: one}"),
            App("recursive", "{repoURL: $URL, path: ., directory: {recurse: true, exclude: 'plain/*'}}", "{server: 'https://kubernetes.default.svc'}"),
            App("foreign", "{repoURL: 'https://git.example.com/other', path: base}", "{name: three}"),
            App("chart", "{repoURL: $URL, path: chart, helm: {valueFiles: [../values/eu.yaml]}}", "{name: four}"));

        Assert.Equal(["argocd/base", "argocd/eu", "argocd/recursive"], Of("base/web.yaml", known).Applications!);
        Assert.Equal(["in-cluster", "one", "two"], Of("base/web.yaml", known).Clusters!);
        Assert.Equal(["argocd/plain"], Of("plain/a.yaml", known).Applications!);
        Assert.Equal(["argocd/chart", "argocd/recursive"], Of("values/eu.yaml", known).Applications!);
    }

    [Fact]
    public void A_cluster_that_answered_without_applications_is_sure_of_none()
    {
        folder.Write("web.yaml", LocatorCase.Declared());

        Assert.Empty(Of("web.yaml", new ArgoApplications.Known([])).Applications!);
        Assert.Empty(Of("web.yaml").Clusters!);
        Assert.Null(Of("web.yaml", new ArgoApplications.Unknown("403")).Applications);
        Assert.Null(Of("web.yaml", new ArgoApplications.Unknown("403")).Clusters);
    }

    [Fact]
    public void Applications_in_the_repository_count_where_no_cluster_is()
    {
        folder.Write("web.yaml", LocatorCase.Declared()).Write("apps/shop.yaml", App("shop", "{repoURL: $URL, path: .}", "{name: one}"));

        Assert.Equal(["argocd/shop"], Of("web.yaml").Applications!);
    }

    [Fact]
    public void A_set_that_nobody_has_counted_makes_it_unknown_and_the_cluster_known()
    {
        folder.Write("web/web.yaml", LocatorCase.Declared()).Write("apps/set.yaml", $$$"""
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: {name: all, namespace: argocd}
            spec:
              generators: [{clusters: {}}]
              template:
                metadata: {name: '{{name}}-web'}
                spec:
                  source: {repoURL: {{{LocatorCase.Url}}}, path: '{{path}}'}
                  destination: {server: '{{server}}'}
            """);

        Assert.Null(Of("web/web.yaml").Applications);
        Assert.Empty(Of("web/web.yaml", new ArgoApplications.Known([])).Applications!);
    }

    public void Dispose() => folder.Dispose();

    private GitFanOut Of(string file, ArgoApplications? applications = null)
    {
        var files = RepositoryFiles.OfRepository(folder.Root);
        var repository = new IndexedRepository("deploy", [LocatorCase.Url], "main", "main", folder.Root, ManifestIndex.Read(files, null, CancellationToken.None));
        return new FanOutReader(repository, Kustomizations.Read(files), applications ?? new ArgoApplications.NotAsked()).Of(file);
    }

    private static ArgoApplications.Known Known(params string[] applications) => ArgoApplications.Of(applications.SelectMany(LocatorCase.Objects));

    private static string App(string name, string source, string destination) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: {{name}}, namespace: argocd}
        spec:
          source: {{source.Replace("$URL", LocatorCase.Url, StringComparison.Ordinal)}}
          destination: {{destination}}

        """;
}
