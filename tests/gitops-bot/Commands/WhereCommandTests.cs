using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Bot.Tests.ArgoCd;
using SelfHealGitOps.Bot.Tests.Export;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public sealed class WhereCommandTests : IDisposable
{
    private static readonly ResourceType Applications = new("argoproj.io", "v1alpha1", "applications", "Application", true);

    private readonly TempFolder folder = new();

    public WhereCommandTests()
    {
        folder.Write("deploy/web.yaml", "# The shop.\n" + LocatorCase.Declared(@namespace: null));
        Git("init", "-q", "-b", "main");
        Git("remote", "add", "origin", "git@git.example.com:shop/deploy.git");
    }

    [Fact]
    public async Task A_pod_leads_to_the_file_of_its_deployment()
    {
        var fake = Shop();

        var (code, output, error) = await Run(fake, "pod/web-1", "shop");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            $"""
            Pod shop/web-1
              ReplicaSet shop/web-5d9c
              Deployment shop/web
              tracking id names Application argocd/shop
              deploy/web.yaml:2
              confidence 0.90: enough for a pull request
                -0.05  Application argocd/shop does not say what it manages
                -0.05  names no namespace; the application's is 'shop'

            """, output, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task A_kind_alone_asks_for_all_of_them_and_json_says_the_same()
    {
        var (code, output, _) = await Run(Shop(), "deployments", "shop", asJson: true);

        Assert.Equal(0, code);
        var place = Assert.Single(JsonNode.Parse(output)!["places"]!.AsArray())!;
        Assert.Equal(("deploy/web.yaml", 2, 0.90m), (place["spot"]!["file"]!.GetValue<string>(), place["spot"]!["line"]!.GetValue<int>(), place["confidence"]!.GetValue<decimal>()));
    }

    [Fact]
    public async Task What_is_below_the_bar_is_a_finding()
    {
        var fake = Shop();
        fake.FailForbidden(when: call => call.Type?.Kind == "Application");

        var (code, output, _) = await Run(fake, "deployment/web", "shop");

        Assert.Equal(1, code);
        Assert.Contains("APPLICATIONS_UNREADABLE: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web-1", "'web-1'")]
    [InlineData("deployment/nothing", "deployments.apps shop/nothing could not be read: 404")]
    public async Task What_cannot_be_asked_is_no_answer(string asked, string said)
    {
        var (code, _, error) = await Run(Shop(), asked, "shop");

        Assert.Equal(3, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "OWNER_UNKNOWN: Pod shop/web-1 is owned by ReplicaSet web-5d9c, which is gone")]
    [InlineData(true, "OWNER_UNKNOWN: ReplicaSet shop/web-5d9c is owned by Deployment web, which could not be read")]
    public async Task An_owner_that_cannot_be_found_is_not_guessed(bool isForbidden, string said)
    {
        var fake = Shop();
        if (isForbidden)
        {
            fake.FailForbidden(when: call => call.Type == ResourceTypes.Deployments);
        }
        else
        {
            // Another of the same name is not the owner.
            var set = fake.Peek(new(ResourceTypes.ReplicaSets, "shop", "web-5d9c"))!;
            set["metadata"]!.AsObject().Remove("uid");
            fake.Seed(set);
        }

        Assert.Contains(said, (await Run(fake, "pod/web-1", "shop")).Output, StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task A_pod_of_a_real_cluster_leads_to_the_file_of_its_deployment()
    {
        var access = Assert.IsType<KubeconfigReading.Accepted>(Kubeconfig.Load(context: null)).Access;
        using var api = new KubernetesApi(access, TimeProvider.System);
        var place = $"mi-{Guid.NewGuid().ToString("N")[..8]}";
        var definition = new ObjectReference(ResourceTypes.CustomResourceDefinitions, null, "applications.argoproj.io");
        if (await api.GetAsync(definition, CancellationToken.None) is ClusterReply.Done)
        {
            // Somebody's Argo CD, or another test's: not ours to take away.
            return;
        }

        try
        {
            await Create(ResourceTypes.CustomResourceDefinitions, null, """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: applications.argoproj.io, annotations: {api-approved.kubernetes.io: unapproved}}
                spec:
                  group: argoproj.io
                  scope: Namespaced
                  names: {kind: Application, listKind: ApplicationList, plural: applications, singular: application}
                  versions:
                    - name: v1alpha1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """);
            await Create(ResourceTypes.Namespaces, null, $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {place}}}\n");
            await Create(ResourceTypes.Deployments, place, Live(place));
            await Until(async () => (await api.ListAllAsync(Applications, null, new(), CancellationToken.None)) is ListReply.Listed);
            await Create(Applications, place, Application(place, place));
            var pod = "";
            await Until(async () => await api.ListAllAsync(ResourceTypes.Pods, place, new(), CancellationToken.None) is ListReply.Listed { Items: [var first, ..] } && (pod = first.Text("metadata", "name")!).Length > 0);

            var (code, output, error) = await Run(api, $"pod/{pod}", place, argoCd: place);

            Assert.True(code == 0, output + error);
            Assert.Contains("deploy/web.yaml:2", output, StringComparison.Ordinal);
        }
        finally
        {
            await api.DeleteAsync(new(ResourceTypes.Namespaces, null, place), DeleteOptions.Default, CancellationToken.None);
            await api.DeleteAsync(definition, DeleteOptions.Default, CancellationToken.None);
        }

        async Task Create(ResourceType type, string? @namespace, string yaml)
        {
            var reply = await api.CreateAsync(type, @namespace, (JsonObject)Yaml.Read(yaml), WriteOptions.Default, CancellationToken.None);
            Assert.True(reply is ClusterReply.Done, reply.Problem);
        }

        static async Task Until(Func<Task<bool>> holds)
        {
            for (var i = 0; i < 300 && !await holds(); i++)
            {
                await Task.Delay(100);
            }
        }
    }

    public void Dispose() => folder.Dispose();

    private async Task<(int Code, string Output, string Error)> Run(ICluster cluster, string asked, string place, bool asJson = false, string argoCd = "argocd")
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await WhereCommand.RunAsync(cluster, new(asked, place, folder.Root, argoCd, asJson), output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    private void Git(params string[] args) => Assert.Equal(0, SelfHeal.Execute("git", folder.Root, [], args).ExitCode);

    private static string Live(string place) => LocatorCase.Live(mark: $"argocd.argoproj.io/tracking-id: 'shop:apps/Deployment:{place}/web'")
        .Replace("namespace: shop\n", $"namespace: {place}\n", StringComparison.Ordinal);

    private static string Application(string @namespace, string destination) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: shop, namespace: {{@namespace}}}
        spec:
          source: {repoURL: 'https://git.example.com/shop/deploy', path: deploy, targetRevision: main}
          destination: {name: in-cluster, namespace: {{destination}}}
        """;

    private static FakeCluster Shop()
    {
        var fake = new FakeCluster();
        fake.Serve(Applications);
        fake.Seed((JsonObject)Yaml.Read(Application("argocd", "shop")));
        var owner = fake.Seed((JsonObject)Yaml.Read(Live("shop")));
        foreach (var (version, kind, name) in new[] { ("apps/v1", "ReplicaSet", "web-5d9c"), ("v1", "Pod", "web-1") })
        {
            // The controller copies the annotations of a Deployment to its ReplicaSets.
            owner = fake.Seed(new()
            {
                ["apiVersion"] = version,
                ["kind"] = kind,
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["namespace"] = "shop",
                    ["annotations"] = owner["metadata"]!["annotations"]?.DeepClone(),
                    ["ownerReferences"] = new JsonArray(new JsonObject
                    {
                        ["apiVersion"] = owner.Text("apiVersion"), ["kind"] = owner.Text("kind"), ["name"] = owner.Text("metadata", "name"), ["uid"] = owner.Text("metadata", "uid"), ["controller"] = true,
                    }),
                },
                ["spec"] = new JsonObject(),
            });
        }

        return fake;
    }
}
