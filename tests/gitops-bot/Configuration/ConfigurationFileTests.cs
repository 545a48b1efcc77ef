using System.Net;
using System.Text;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

public class ConfigurationFileTests
{
    [Fact]
    public void Says_what_the_example_says()
    {
        var read = Configurations.Accept(Configurations.Example);

        Assert.Equal("selfheal <selfheal@example.com>", read.Author.ToString());
        Assert.Equal(["shop", "platform", "deployments", "sandbox"], read.Repositories.Select(repository => repository.Name));
        var shop = read.Repositories[0];
        Assert.Equal(("main", "company", "production", "shop", "/etc/selfheal/policies/shop.yaml", "default"),
            (shop.Base?.Text, shop.Forge, shop.Cluster, shop.Namespace, shop.Policy, shop.Profile));
        Assert.Equal(("apps/**", "apps/*/vendor/**"), (shop.Paths[0].Text, shop.Exclude[0].Text));
        Assert.Null(read.GitOf(shop));
        Assert.Equal(new GitAccess.Ssh("/etc/selfheal/git/id_ed25519", "/etc/selfheal/git/known_hosts"), read.GitOf(read.Repositories[1]));
        Assert.Equal(new GitAccess.Token(new SecretSource.InFile("/etc/selfheal/github/git-token"), "selfheal"), read.GitOf(read.Repositories[2]));
        Assert.Equal("/etc/sandbox", read.Repositories[3].Url.Text);

        Assert.Equal(new ForgeCredentials.Token(new SecretSource.InFile("/etc/selfheal/gitea/token")), read.Forges["company"].Credentials);
        var enterprise = read.Forges["enterprise"];
        Assert.Equal(new ForgeCredentials.App(4711, 815, new SecretSource.InFile("/etc/selfheal/github/app.pem")), enterprise.Credentials);
        Assert.Equal((ForgeKind.GitHub, "https://github.example.com/api/v3", "payments/deployments", (SecretSource)new SecretSource.Variable("GITHUB_WEBHOOK_SECRET")),
            (enterprise.Kind, enterprise.ApiUrl?.ToString(), enterprise.Repository, enterprise.WebhookSecret));
        Assert.Equal((ForgeKind.Local, "/var/lib/selfheal/trial"), (read.Forges["trial"].Kind, read.Forges["trial"].Folder));
        Assert.True(read.ClusterOf(shop)!.IsInCluster);
        Assert.Equal(("/etc/selfheal/staging.kubeconfig", "staging"), (read.Clusters["staging"].Kubeconfig, read.Clusters["staging"].Context));

        Assert.Equal(["**", "apps/payments/**", "apps/*/generated/**"], read.Owners.Select(owner => owner.Files.Text));
        Assert.Equal(["@shop/payments", "security@example.com"], read.Owners[1].Owners);
        Assert.Equal(new TierLimits(5, 10), read.Budget.Limits[Tier.Human]);
        Assert.Equal([Tier.Auto], read.Automerge);
        Assert.Equal(TimeSpan.FromMinutes(5), read.MergeAfter);
        Assert.Equal(("registry.example.com", "api.registry.example.com", "auth.example.com", "mirror.example.com:5000/cache"),
            (read.Registries.Hosts.Keys.First(), read.Registries.Hosts["registry.example.com"].Endpoint, read.Registries.Hosts["registry.example.com"].TokenServer,
            read.Registries.Hosts["registry.example.com"].Mirrors[0].ToString()));
        Assert.True(read.Registries.MayBePlain("mirror.example.com:5000"));
        Assert.Equal(["linux/amd64", "linux/arm64"], read.Registries.Platforms.Select(platform => platform.ToString()));
        Assert.Equal((ModelMode.Vllm, "some-model", TimeSpan.FromSeconds(30), 2048), (read.Model.Mode, read.Model.Model, read.Model.Timeout, read.Model.MaxTokens));
        Assert.Equal(new SecretSource.Variable("SELFHEAL_POSTGRES"), read.Postgres);
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:8090"), read.Listen);
        Assert.Equal("/etc/selfheal/known-exploited.txt", read.KnownExploitedFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}")]
    [InlineData("forges:\nclusters: ~\nrepositories: null\nstore:\nmodel:\nhttp: {listen: }\n")]
    public void Has_a_default_for_everything(string text)
    {
        var read = Configurations.Accept(text);

        Assert.Equal("/etc/selfheal/.selfheal", read.State);
        Assert.Equal((TimeSpan.FromMinutes(5), (Severity?)Severity.Error, true, false), (read.Interval, read.LeastIssue, read.SignsOff, read.RunsActions));
        Assert.Equal(new BudgetSettings().Limits, read.Budget.Limits);
        Assert.Equal(ForgeKind.Local, read.Forges.Single().Value.Kind);
        Assert.Equal((null, null, ModelMode.Rules), (read.Postgres, read.Listen, read.Model.Mode));
        Assert.Empty(read.Automerge);
        Assert.Empty(read.Repositories);
        Assert.Empty(read.Registries.Hosts);
    }

    [Fact]
    public void Stands_in_for_a_folder_and_no_file()
    {
        var standard = BotConfiguration.ForFolder("/srv/git/shop.git", "/var/lib/selfheal");

        var repository = Assert.Single(standard.Repositories);
        Assert.Equal(("shop", "/srv/git/shop.git", ForgeKind.Local, "/var/lib/selfheal"), (repository.Name, repository.Url.Text, standard.ForgeOf(repository).Kind, standard.State));
        Assert.Null(standard.ClusterOf(repository));
    }

    [Fact]
    public void Takes_the_only_forge_and_no_cluster_without_asking()
    {
        var read = Configurations.Accept("""
            repositories: [{url: https://git.example.com/a/b}]
            forges: {g: {kind: gitea, url: https://git.example.com, credentials: {token: {env: T}}}}
            clusters: {c: {inCluster: true}}
            """);

        Assert.Equal(("g", null), (read.Repositories[0].Forge, read.Repositories[0].Cluster));
    }

    [Fact]
    public void A_class_that_is_named_loses_its_standard_signs_and_no_other_does()
    {
        var classes = Configurations.Accept("namespaces: {development: [shop-prod, team=a*], system: []}").Namespaces;

        Assert.Equal(NamespaceClass.Development, classes.Of("x", new Dictionary<string, string> { ["team"] = "ab" }));
        Assert.Equal(NamespaceClass.Production, classes.Of("my-dev", new Dictionary<string, string>()));
        Assert.Equal(NamespaceClass.Production, classes.Of("shop-prod", new Dictionary<string, string>()));
        Assert.Equal(NamespaceClass.Staging, classes.Of("my-staging", new Dictionary<string, string>()));
        Assert.Equal(NamespaceClass.Production, classes.Of("kube-system", new Dictionary<string, string>()));
    }

    [Fact]
    public void Freezes_by_the_clock_of_its_zone()
    {
        var freezes = Configurations.Accept("""
            freeze:
              - {name: night, from: 22:00, to: 06:00, zone: Europe/Berlin}
              - {name: sunday, days: [sun], from: "00:00", to: "24:00"}
              - {name: holidays, start: 2026-12-24T18:00, end: 2027-01-02}
            """).Budget.Freezes;

        Assert.Equal(At("2026-07-02T04:00Z"), freezes[0].EndOf(At("2026-07-01T21:00Z")));
        Assert.Null(freezes[0].EndOf(At("2026-07-01T19:00Z")));
        Assert.Equal(At("2026-11-23T00:00Z"), freezes[1].EndOf(At("2026-11-22T00:00Z")));
        Assert.Null(freezes[1].EndOf(At("2026-11-23T00:00Z")));
        Assert.Equal(At("2027-01-02T00:00Z"), freezes[2].EndOf(At("2026-12-24T18:00Z")));
    }

    [Theory]
    [InlineData("limits: {auto: {open: 0}}", "")]
    [InlineData("limits: {auto: {open: 1000}}", "")]
    [InlineData("limits: {auto: {open: 1001}}", "limits.auto.open")]
    [InlineData("limits: {auto: {open: -1}}", "limits.auto.open")]
    [InlineData("limits: {auto: {open: 1.5}}", "limits.auto.open")]
    [InlineData("interval: 9s", "interval")]
    [InlineData("interval: 10s", "")]
    [InlineData("interval: 25h", "interval")]
    [InlineData("model: {timeout: 0s}", "model.timeout")]
    [InlineData("model: {maxTokens: 0}", "model.maxTokens")]
    [InlineData("forges: {f: {kind: gitea, url: 'http://git.example.com', credentials: {token: {env: T}}}}", "forges.f.url")]
    [InlineData("forges: {f: {kind: gitea, url: 'http://127.0.0.1:3000', credentials: {token: {env: T}}}}", "")]
    [InlineData("forges: {f: {kind: gitea, url: 'http://localhost:3000', credentials: {token: {env: T}}}}", "")]
    [InlineData("forges: {f: {kind: github}}", "forges.f")]
    [InlineData("repositories: [{url: http://git.example.com/a}]", "repositories.0.url")]
    [InlineData("repositories: [{url: http://127.0.0.1:3000/a}]", "")]
    [InlineData("repositories: [{url: https://h.example.com/a, base: main}, {url: https://h.example.com/a, base: next, name: b}]", "")]
    [InlineData("repositories: [{url: https://h.example.com/a}, {url: 'https://H.example.com/a.git/', name: b}]", "repositories.1")]
    [InlineData("repositories: [{url: https://h.example.com/a}, {url: https://h.example.com/b/a}]", "repositories.1")]
    [InlineData("repositories: [{path: a}, {path: ./x/../a, name: b}]", "repositories.1")]
    [InlineData("freeze: [{name: a, start: 2026-12-24, end: 2026-12-24}]", "freeze.0.end")]
    [InlineData("freeze: [{name: a, from: '24:00', to: '24:00'}]", "freeze.0.from")]
    [InlineData("freeze: [{name: a, from: '1:00', to: '2:00', zone: ../../etc/passwd}]", "freeze.0.from freeze.0.to freeze.0.zone")]
    [InlineData("issues: never", "")]
    [InlineData("issues: off", "issues")]
    [InlineData("http: {listen: ':8090'}", "http.listen")]
    [InlineData("http: {listen: '127.0.0.1:0'}", "http.listen")]
    [InlineData("http: {listen: '[::1]:80'}", "")]
    [InlineData("actions: {run: yes}", "")]
    [InlineData("actions: {run: 'yes'}", "actions.run")]
    [InlineData("dockerConfig: ~/.docker/config.json", "dockerConfig")]
    [InlineData("registries: {registry.example.com: , REGISTRY.example.com: {}}", "registries.REGISTRY.example.com")]
    [InlineData("version: 2", "version")]
    [InlineData("[]", "")]
    public void Judges_each_bound(string text, string keys)
    {
        if (keys.Length == 0 && text != "[]")
        {
            Configurations.Accept(text);
            return;
        }

        Assert.Equal(keys, string.Join(' ', Configurations.Refuse(text).Select(problem => problem.Key)));
    }

    [Fact]
    public void Survives_any_bytes()
    {
        var random = new Random(7);
        var problems = File.ReadAllBytes(ConfigurationProblemTests.PathOf("problems.yaml"));
        for (var i = 0; i < 1500; i++)
        {
            var bytes = (byte[])(i % 2 == 0 ? Encoding.UTF8.GetBytes(Configurations.Example) : problems).Clone();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(bytes.Length);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] = (byte)"{}[]:,\"'*&!|>-#%@\n\t ~?"[random.Next(22)];
                        break;
                    case 2:
                        bytes = bytes[..at];
                        break;
                    default:
                        var from = random.Next(bytes.Length);
                        bytes = [.. bytes[..at], .. bytes[from..Math.Min(bytes.Length, from + 40)], .. bytes[at..]];
                        break;
                }

                if (bytes.Length == 0)
                {
                    break;
                }
            }

            Assert.NotNull(Configurations.Read(bytes));
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
