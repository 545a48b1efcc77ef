using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

/// <summary>Rules of a set see all paths of a scan as one, in whichever folders the files are.</summary>
public class SetScanTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          selector: {app: web}
          ports: [{port: 80}]

        """;

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}

        """;

    private const string Ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          defaultBackend:
            service:
              name: web
              port:
                number: 8080 # as it was

        """;

    [Fact]
    public void Finds_in_one_folder_what_a_file_of_another_refers_to()
    {
        using var folder = new TempFolder().Write("net/service.yaml", Service).Write("apps/web/deployment.yaml", Deployment);
        Assert.Empty(Scan(folder, ["net", "apps"]).Findings);
        Assert.Empty(Scan(folder, ["."]).Findings);

        var alone = Assert.Single(Scan(folder, ["net"]).Findings);
        Assert.Equal("dangling-service", alone.Rule.Id);

        File.Delete(folder["apps/web/deployment.yaml"]);
        var finding = Assert.Single(Scan(folder, ["net", "apps"]).Findings);
        Assert.Equal(("dangling-service", "net/service.yaml"), (finding.Rule.Id, finding.Origin.File));
    }

    [Fact]
    public void A_workload_that_is_only_a_patch_is_none()
    {
        using var folder = new TempFolder()
            .Write("net/service.yaml", Service)
            .Write("apps/kustomization.yaml", "patches:\n- path: deployment.yaml\n")
            .Write("apps/deployment.yaml", Deployment);
        Assert.Single(Scan(folder, ["."]).Findings);
    }

    [Fact]
    public void What_cannot_be_read_is_reported_once_and_hides_nothing_else()
    {
        using var folder = new TempFolder().Write("a/service.yaml", Service).Write("b/deployment.yaml", Deployment).Write("b/broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {\n");
        var result = Scan(folder, ["."]);
        Assert.Empty(result.Findings);
        Assert.Equal("b/broken.yaml", Assert.Single(result.Problems).File);
        Assert.Equal([1, 0, 1], result.Files.Select(file => file.Documents));
    }

    [Fact]
    public void Mends_by_what_stands_in_another_folder()
    {
        using var folder = new TempFolder().Write("a/ingress.yaml", Ingress).Write("b/service.yaml", Service).Write("b/deployment.yaml", Deployment);
        var result = Scan(folder, ["."], Safety.Review);
        Assert.Equal("dangling-ingress", Assert.Single(result.Fixed).Rule.Id);
        Assert.Empty(result.Findings);
        Assert.Equal(Ingress.Replace("8080", "80", StringComparison.Ordinal), folder.Read("a/ingress.yaml"));
        Assert.Empty(Scan(folder, ["."]).Findings);
    }

    [Fact]
    public void Says_the_same_with_many_threads_and_every_time()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 60; i++)
        {
            folder.Write($"s/{i}.yaml", Service.Replace("web", $"web-{i}", StringComparison.Ordinal));
            if (i % 2 == 0)
            {
                folder.Write($"d/{i}.yaml", Deployment.Replace("web", $"web-{i}", StringComparison.Ordinal));
            }
        }

        var first = Scan(folder, ["."]).Findings.Select(finding => finding.ToString()).ToList();
        Assert.Equal(30, first.Count);
        Assert.Equal(first, Scan(folder, ["."]).Findings.Select(finding => finding.ToString()));
    }

    private static ScanResult Scan(TempFolder folder, string[] paths, Safety? upTo = null)
    {
        var request = new ScanRequest
        {
            Rules = new RuleSet(Catalogue.All.Where(rule => rule.Info.Id is "dangling-service" or "dangling-ingress")),
            Settings = PolicySettings.Default,
            FixUpTo = upTo,
            WritesFiles = upTo is not null,
            WantsExcerpts = true,
        };
        return RepositoryScan.Run(
            RepositoryFiles.Find([.. paths.Select(path => Path.GetFullPath(folder[path]))], new HashSet<string>()), request, null, CancellationToken.None);
    }
}
