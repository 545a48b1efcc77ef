using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>What the doctor says where everything is as <c>selfheal manifests</c> and the leader make it.</summary>
public sealed class DoctorOnADefaultInstallationTests
{
    private readonly FakeCluster cluster = new();

    public DoctorOnADefaultInstallationTests()
    {
        cluster.Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "selfheal", ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = "selfheal" } } });
    }

    [Fact]
    public async Task Finds_nothing_wrong_with_the_entries()
    {
        Install(isArmed: true);
        var checks = await ExamineAsync();
        Assert.DoesNotContain(checks, check => check.About.Contains("WebhookConfiguration", StringComparison.Ordinal) && check.Outcome != DoctorOutcome.Ok);
        Assert.Equal(4, checks.Count(check => check.Message.StartsWith("its authority holds until", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Names_an_entry_that_fails_closed_and_covers_what_brings_the_cluster_up()
    {
        Install(isArmed: true, entry => entry.Remove("namespaceSelector"));
        var checks = await ExamineAsync();
        Assert.Equal(
            ["covers namespace kube-system", "covers namespace kube-node-lease", "covers namespace selfheal"],
            checks.Where(check => check.Outcome == DoctorOutcome.Failed && check.About.EndsWith(" namespaced.validate.selfheal.io", StringComparison.Ordinal)).Select(check => check.Message.Split(':')[0]));
        Assert.DoesNotContain(checks, check => check.Outcome == DoctorOutcome.Failed && check.About.Contains(".mutate.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_a_namespace_that_runs_DNS_whether_the_rules_are_in_or_out(bool isArmed)
    {
        Install(isArmed);
        cluster.Seed(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = "cache", ["namespace"] = "default" },
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "dns", ["image"] = "registry.example.com/coredns:v1.11.1" }) } },
            },
        });
        var check = Assert.Single(await ExamineAsync(), check => check.About == "namespace default");
        Assert.Equal(DoctorOutcome.Warning, check.Outcome);
        Assert.Contains("DNS (Deployment cache), and the webhook decides about it", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_replica_it_says_to_look_for_one_and_not_for_a_firewall()
    {
        Install(isArmed: true);
        cluster.Fail(
            new ClusterReply.Unavailable(
                "500 InternalError: Internal error occurred: failed calling webhook \"namespaced.validate.selfheal.io\": failed to call webhook: "
                + "Post \"https://selfheal-webhook.selfheal.svc:443/validate?timeout=3s\": no endpoints available for service \"selfheal-webhook\""),
            when: call => call.Verb == "create");
        var check = Assert.Single(await ExamineAsync(), check => check.About == "dry run in default");
        Assert.Equal(DoctorOutcome.Failed, check.Outcome);
        Assert.Equal("see that a replica is ready, and that the Service selects it", check.Remedy);
    }

    private Task<IReadOnlyList<DoctorCheck>> ExamineAsync() => new Doctor(cluster, TimeProvider.System).ExamineAsync(null, default);

    /// <param name="isArmed">Whether the leader has set authority and rules.</param>
    private void Install(bool isArmed, Action<JsonObject>? change = null)
    {
        var bundle = Bundle();
        foreach (var configuration in Chart.Objects(InstallCase.Of("default").Print()).Where(each => ((string)each["kind"]!).EndsWith("WebhookConfiguration", StringComparison.Ordinal)))
        {
            foreach (var entry in configuration["webhooks"]!.AsArray().Select(entry => entry!.AsObject()))
            {
                var isNamespaced = ((string)entry["name"]!).StartsWith("namespaced.", StringComparison.Ordinal);
                if (isArmed)
                {
                    var rules = ((string)entry["name"]!).Contains(".validate.", StringComparison.Ordinal)
                        ? Subscription.Validating(Catalogue.All, isNamespaced)
                        : Subscription.Mutating(Catalogue.All, isNamespaced);
                    entry["rules"] = new JsonArray([.. rules.Select(rule => rule.ToValue().ToJson())]);
                    entry["clientConfig"]!["caBundle"] = bundle;
                }

                change?.Invoke(entry);
            }

            cluster.Seed(configuration);
        }
    }

    private static string Bundle()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var authority = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(365));
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(authority.ExportCertificatePem()));
    }
}
