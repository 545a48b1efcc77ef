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

    private static ScanResult Scan(TempFolder folder, string[] paths)
    {
        var request = new ScanRequest
        {
            Rules = new RuleSet(Catalogue.All.Where(rule => rule.Info.Id == "dangling-service")),
            Settings = PolicySettings.Default,
        };
        return RepositoryScan.Run(
            RepositoryFiles.Find([.. paths.Select(path => Path.GetFullPath(folder[path]))], new HashSet<string>()), request, null, CancellationToken.None);
    }
}
