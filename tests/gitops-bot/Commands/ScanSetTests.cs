using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

/// <summary>Rules that look at other objects see all files of a scan, and nothing else.</summary>
public sealed class ScanSetTests
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n";

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: 'registry.example.com/web:1'}]}
        """;

    private const string Budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  minAvailable: 3 # all\n  selector: {matchLabels: {app: web}}\n";

    [Fact]
    public void What_is_in_another_folder_is_there()
    {
        using var folder = new TempFolder();
        folder.Write("services/web.yaml", Service).Write("workloads/web.yaml", Deployment);
        Assert.Empty(SelfHeal.Run(folder.Root, "scan", "--rules", "dangling-service", "-o", "json").Findings);

        var alone = Assert.Single(SelfHeal.Run(folder.Root, "scan", "services", "--rules", "dangling-service", "-o", "json").Findings);
        Assert.Equal("/spec/selector", (string?)alone["pointer"]);

        File.Delete(folder["workloads/web.yaml"]);
        Assert.Single(SelfHeal.Run(folder.Root, "scan", "--rules", "dangling-service", "-o", "json").Findings);
    }

    [Fact]
    public void Standard_input_is_a_set_of_its_own()
    {
        using var folder = new TempFolder();
        Assert.Single(SelfHeal.Run(folder.Root, Service, ["scan", "-", "--rules", "dangling-service", "-o", "json"]).Findings);
        Assert.Empty(SelfHeal.Run(folder.Root, $"{Service}---\n{Deployment}", ["scan", "-", "--rules", "dangling-service", "-o", "json"]).Findings);
    }

    [Fact]
    public void Mends_an_object_by_what_another_file_says()
    {
        using var folder = new TempFolder();
        folder.Write("a/budget.yaml", Budget).Write("b/web.yaml", Deployment);
        var run = SelfHeal.Run(folder.Root, "scan", "--rules", "pdb-min-available", "--fix", "--unsafe", "-o", "json");
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Json["fixed"]!.AsArray());
        Assert.Equal(Budget.Replace("minAvailable: 3", "minAvailable: 2", StringComparison.Ordinal), folder.Read("a/budget.yaml"));
        Assert.Equal(Deployment, folder.Read("b/web.yaml"));
    }

    [Fact]
    public void A_broken_file_hides_nothing_but_itself()
    {
        using var folder = new TempFolder();
        folder.Write("a.yaml", Service).Write("b.yaml", Deployment).Write("c.yaml", "apiVersion: v1\nkind: Pod\nmetadata: [\n");
        var run = SelfHeal.Run(folder.Root, "scan", "--rules", "dangling-service", "-o", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Empty(run.Findings);
        Assert.Single(run.Json["problems"]!.AsArray());
    }
}
