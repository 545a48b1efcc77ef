using SelfHealGitOps.Webhook.Cluster;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Cluster;

public sealed class ClusterHostingTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_word_there_is_no_cluster()
    {
        Assert.Null(ClusterHosting.Connect(RunningWebhook.Options, TimeProvider.System, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public void Outside_of_a_cluster_there_is_none_to_be_inside_of()
    {
        Assert.Null(ClusterHosting.Connect(RunningWebhook.Options with { InCluster = true }, TimeProvider.System, out var problem));
        Assert.NotEmpty(problem!);
    }

    [Fact]
    public void A_kubeconfig_that_is_not_there_is_named()
    {
        var file = folder.File("config");
        Assert.Null(ClusterHosting.Connect(RunningWebhook.Options with { Kubeconfig = file }, TimeProvider.System, out var problem));
        Assert.Contains(file, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_not_there_is_named_and_one_that_is_leads_to_its_cluster()
    {
        folder.Write("config", """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: one, context: {cluster: c, user: u}}]
            """);
        var options = RunningWebhook.Options with { Kubeconfig = folder.File("config") };
        Assert.Null(ClusterHosting.Connect(options with { Context = "other" }, TimeProvider.System, out var problem));
        Assert.Contains("other", problem, StringComparison.Ordinal);
        using var cluster = ClusterHosting.Connect(options with { Context = "one" }, TimeProvider.System, out problem) as IDisposable;
        Assert.NotNull(cluster);
        Assert.Null(problem);
    }
}
