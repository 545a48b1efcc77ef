using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public sealed class ProposeActionCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public ProposeActionCommandTests() => folder
        .Write("kubeconfig", """
            apiVersion: v1
            kind: Config
            current-context: away
            contexts: [{name: away, context: {cluster: away, user: away}}]
            clusters: [{name: away, cluster: {server: "http://127.0.0.1:9"}}]
            users: [{name: away, user: {token: word}}]

            """)
        .Write("shop/pod.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n")
        .Write("selfheal.yaml", $"version: 1\nstate: state\nclusters: {{prod: {{kubeconfig: kubeconfig}}}}\nrepositories:\n- {{name: shop, path: {folder["shop"]}, cluster: prod}}\n- {{name: bare, path: {folder["bare"]}}}\n")
        .Write("bare/pod.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("exec deployment/web -n shop --why x --repo shop", "exec")]
    [InlineData("restart-rollout deployment/web --why x --repo shop", "--namespace")]
    [InlineData("restart-rollout deployment/web -n shop --repo shop", "--why")]
    [InlineData("restart-rollout deployment/web -n shop --why x", "an action belongs to one repository")]
    [InlineData("restart-rollout deployment/web -n shop --why x --repo bare", "names no cluster")]
    [InlineData("restart-rollout web -n shop --why x --repo shop", "must be KIND/NAME")]
    [InlineData("restart-rollout deployment/web/scale -n shop --why x --repo shop", "must be KIND/NAME")]
    [InlineData("delete-pod deployment/web -n shop --why x --repo shop", "delete-pod is not for that kind; it is for Pod")]
    [InlineData("delete-pod pod/--all -n shop --why x --repo shop", "must be lower-case")]
    [InlineData("restart-rollout deployment/web -n shop --why x --revision 2 --repo shop", "takes no parameters")]
    [InlineData("undo-rollout deployment/web -n shop --why x --revision 0 --repo shop", "whole number from 1 on")]
    public void What_makes_no_sense_is_a_usage_error(string line, string expected)
    {
        var outcome = SelfHeal.Run(folder.Root, ["propose-action", "--config", "selfheal.yaml", .. line.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_does_not_answer_proposes_nothing_and_is_said()
    {
        var outcome = SelfHeal.Run(folder.Root, "propose-action", "--config", "selfheal.yaml", "restart-rollout", "deployment/web", "-n", "shop", "--why", "it answers 503", "--repo", "shop");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("the cluster could not be asked", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Names, name => name.EndsWith(".md", StringComparison.Ordinal));
    }
}
