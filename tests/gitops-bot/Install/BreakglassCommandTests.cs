using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>Each golden is the exit code, what is printed and what is said on standard error: <c>Goldens/breakglass/CASE.txt</c>.</summary>
public sealed class BreakglassCommandTests
{
    private static readonly (TimeSpan, string) HalfAnHour = (TimeSpan.FromMinutes(30), "the mesh is down");

    private static readonly Dictionary<string, ((TimeSpan, string)? Open, Action<InstalledCluster> Prepare)> Worlds = new(StringComparer.Ordinal)
    {
        ["open"] = (HalfAnHour, _ => { }),
        ["open-again"] = (HalfAnHour, world => SetAside(world)),
        ["open-without-mutating"] = (HalfAnHour, world => Assert.True(world.Fake.DeleteAsync(InstalledCluster.Mutating, DeleteOptions.Default, default).IsCompletedSuccessfully)),
        ["open-and-nobody-knows-who"] = (HalfAnHour, world => world.Fake.FailForbidden(when: call => call.Type == ResourceTypes.SelfSubjectReviews)),
        ["open-and-no-event"] = (HalfAnHour, world => world.Fake.FailForbidden(times: 9, when: call => call.Type == ResourceTypes.Events)),
        ["open-by-half"] = (HalfAnHour, world => world.Fake.FailForbidden(when: call => call.Verb == "update" && call.Type == ResourceTypes.MutatingWebhookConfigurations)),
        ["open-without-rights"] = (HalfAnHour, world => world.Fake.FailForbidden(times: 9, when: call => call.Verb == "update")),
        ["open-and-not-installed"] = (HalfAnHour, world =>
        {
            Assert.True(world.Fake.DeleteAsync(InstalledCluster.Mutating, DeleteOptions.Default, default).IsCompletedSuccessfully);
            Assert.True(world.Fake.DeleteAsync(InstalledCluster.Validating, DeleteOptions.Default, default).IsCompletedSuccessfully);
        }),
        ["open-and-may-not-list"] = (HalfAnHour, world => world.Fake.FailForbidden(when: call => call.Verb == "list")),
        ["open-and-the-cluster-is-away"] = (HalfAnHour, world => world.Fake.FailUnavailable(when: call => call.Verb == "list")),
        ["open-and-argo-cd-tracks-by-annotation"] = (HalfAnHour, world => Mark(world, "annotations", "argocd.argoproj.io/tracking-id", "platform:admissionregistration.k8s.io/ValidatingWebhookConfiguration:selfheal/selfheal-webhook")),
        ["open-and-argo-cd-tracks-in-another-namespace"] = (HalfAnHour, world => Mark(world, "annotations", "argocd.argoproj.io/tracking-id", "teams_platform:admissionregistration.k8s.io/ValidatingWebhookConfiguration:selfheal/selfheal-webhook")),
        ["open-and-argo-cd-tracks-by-label"] = (HalfAnHour, world =>
        {
            Mark(world, "labels", "app.kubernetes.io/instance", "platform");
            ManagedBy(world, "argocd-controller");
        }),
        ["open-and-helm-has-the-label"] = (HalfAnHour, world =>
        {
            Mark(world, "labels", "app.kubernetes.io/instance", "selfheal");
            ManagedBy(world, "helm");
        }),
        ["open-and-flux-kustomization"] = (HalfAnHour, world =>
        {
            Mark(world, "labels", "kustomize.toolkit.fluxcd.io/name", "platform");
            Mark(world, "labels", "kustomize.toolkit.fluxcd.io/namespace", "flux");
        }),
        ["open-and-flux-release"] = (HalfAnHour, world => Mark(world, "labels", "helm.toolkit.fluxcd.io/name", "selfheal")),
        ["open-with-a-hostile-reason"] = ((TimeSpan.FromMinutes(30), "x\u001b[2K\rdone"), _ => { }),
        ["end"] = (null, world => SetAside(world)),
        ["end-and-nothing-was-set-aside"] = (null, _ => { }),
        ["end-and-argo-cd-owns-it"] = (null, world =>
        {
            SetAside(world);
            Mark(world, "annotations", "argocd.argoproj.io/tracking-id", "platform:admissionregistration.k8s.io/ValidatingWebhookConfiguration:selfheal/selfheal-webhook");
        }),
        ["end-without-rights"] = (null, world =>
        {
            SetAside(world);
            world.Fake.FailForbidden(times: 9, when: call => call.Verb == "update");
        }),
    };

    public static TheoryData<string> Cases => [.. Worlds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Says(string name)
    {
        var world = new InstalledCluster();
        var (open, prepare) = Worlds[name];
        prepare(world);
        Golden.Matches(Path.Combine(Goldens, $"{name}.txt"), await RunAsync(world, open));
    }

    [Fact]
    public void Every_golden_has_its_case() =>
        Assert.Equal(Worlds.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(Goldens).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Takes_the_rules_away_and_says_who_for_how_long_and_why()
    {
        var world = new InstalledCluster();
        var before = world.Configuration(InstalledCluster.Validating);
        await RunAsync(world, HalfAnHour);
        foreach (var target in (ObjectReference[])[InstalledCluster.Validating, InstalledCluster.Mutating])
        {
            var configuration = world.Configuration(target);
            Assert.All(InstalledCluster.Entries(configuration), entry => Assert.Equal("[]", entry["rules"]!.ToJsonString()));
            Assert.Equal(new Breakglass(world.Clock.Now.AddMinutes(30), "kim", "the mesh is down"), Breakglass.Of(configuration));
        }

        // Nothing else, the authority above all: the leader has to find everything as it was.
        var after = world.Configuration(InstalledCluster.Validating);
        foreach (var (old, entry) in InstalledCluster.Entries(before).Zip(InstalledCluster.Entries(after)))
        {
            old.Remove("rules");
            entry.Remove("rules");
            Assert.True(JsonNode.DeepEquals(old, entry));
        }
    }

    [Fact]
    public async Task Leaves_the_entries_of_others_alone()
    {
        var world = new InstalledCluster();
        world.Change(InstalledCluster.Validating, configuration =>
        {
            var other = InstalledCluster.Entries(configuration).First().DeepClone().AsObject();
            other["name"] = "policy.example.com";
            configuration["webhooks"]!.AsArray().Add(other);
        });
        await RunAsync(world, HalfAnHour);
        var entries = InstalledCluster.Entries(world.Configuration(InstalledCluster.Validating)).ToList();
        Assert.NotEmpty(entries.Single(entry => entry["name"]!.GetValue<string>() == "policy.example.com")["rules"]!.AsArray());
    }

    [Fact]
    public async Task An_event_tells_who_why_and_of_what()
    {
        var world = new InstalledCluster();
        await RunAsync(world, HalfAnHour);
        var events = Assert.IsType<ListReply.Listed>(await world.Fake.ListAllAsync(ResourceTypes.Events, "default", new(), default)).Items;
        Assert.Equal(2, events.Count);
        var first = events.Single(each => each.Text("involvedObject", "kind") == "ValidatingWebhookConfiguration");
        Assert.Equal("kim set admission aside until 2026-03-01 12:30:00Z: the mesh is down", first.Text("message"));
        Assert.Equal(("Breakglass", "Warning", "2026-03-01T12:00:00Z"), (first.Text("reason"), first.Text("type"), first.Text("lastTimestamp")));
        Assert.Equal(world.Configuration(InstalledCluster.Validating).Text("metadata", "uid"), first.Text("involvedObject", "uid"));
    }

    [Fact]
    public async Task Of_two_who_write_at_once_the_second_reads_again()
    {
        var world = new InstalledCluster();
        world.Fake.Fail(new ClusterReply.Refused(new(409, "Conflict", "the object has been modified", [])), times: 2, when: call => call.Verb == "update");
        Assert.StartsWith("exit 0\n", await RunAsync(world, HalfAnHour), StringComparison.Ordinal);
        Assert.Equal(4, world.Fake.Calls.Count(call => call.Verb == "update"));
    }

    [Fact]
    public async Task Ends_what_was_begun_and_leaves_the_rules_to_the_leader()
    {
        var world = new InstalledCluster();
        SetAside(world);
        await RunAsync(world, null);
        var configuration = world.Configuration(InstalledCluster.Validating);
        Assert.Null(Breakglass.Of(configuration));
        Assert.All(InstalledCluster.Entries(configuration), entry => Assert.Empty(entry["rules"]!.AsArray()));
    }

    /// <summary>Clocks differ by a little; by a year they do not.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(24 * 60, true)]
    [InlineData((24 * 60) + 2, true)]
    [InlineData((24 * 60) + 60, false)]
    [InlineData(365 * 24 * 60, false)]
    public void Holds_for_a_day_at_most(int minutes, bool holds)
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(holds, new Breakglass(now.AddMinutes(minutes), "kim", "").Holds(now));
    }

    [Theory]
    [InlineData("give --ttl and --reason, or --end")]
    [InlineData("give --ttl and --reason, or --end", "--ttl", "30m")]
    [InlineData("give --ttl and --reason, or --end", "--ttl", "30m", "--reason", "  ")]
    [InlineData("give --ttl and --reason, or --end", "--reason", "x")]
    [InlineData("'0' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "0")]
    [InlineData("'0m' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "0m")]
    [InlineData("'-5m' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl=-5m")]
    [InlineData("'25h' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "25h")]
    [InlineData("'1441m' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "1441m")]
    [InlineData("'9999999999h' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "9999999999h")]
    [InlineData("'soon' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "soon")]
    [InlineData("'30' is no time that can be granted; must be such as 30m or 2h, and at most 24h", "--reason", "x", "--ttl", "30")]
    [InlineData("--end goes without --ttl and --reason", "--end", "--ttl", "30m")]
    [InlineData("--end goes without --ttl and --reason", "--end", "--reason", "x")]
    public void Refuses_what_makes_no_sense(string message, params string[] arguments)
    {
        using var folder = new TempFolder();
        var outcome = SelfHeal.Run(folder.Root, ["breakglass", "--kubeconfig", "none", .. arguments]);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(message, outcome.Error.Split('\n')[0].Replace("selfheal: ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("30m", 1800)]
    [InlineData("24h", 86400)]
    [InlineData("1440m", 86400)]
    [InlineData("86400s", 86400)]
    public void Grants_up_to_a_day(string text, int seconds)
    {
        var parsed = BreakglassCommand.Create().Parse(["--ttl", text, "--reason", "x"]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(TimeSpan.FromSeconds(seconds), parsed.GetValue<TimeSpan?>("--ttl"));
    }

    private static string Goldens { get; } = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Install", "Goldens", "breakglass");

    private static async Task<string> RunAsync(InstalledCluster world, (TimeSpan, string)? open)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var exit = await BreakglassCommand.RunAsync(world.Fake, open, world.Clock, output, error, default);
        return $"exit {exit}\n--- output\n{output}--- error\n{error}";
    }

    private static void SetAside(InstalledCluster world)
    {
        foreach (var target in (ObjectReference[])[InstalledCluster.Validating, InstalledCluster.Mutating])
        {
            world.Change(target, configuration => new Breakglass(world.Clock.Now.AddMinutes(5), "alex", "before").Open(configuration));
        }
    }

    private static void Mark(InstalledCluster world, string map, string key, string value) => world.Change(InstalledCluster.Validating, configuration =>
    {
        var metadata = configuration["metadata"]!;
        metadata[map] ??= new JsonObject();
        metadata[map]![key] = value;
    });

    /// <summary>Written once by a field manager of that name.</summary>
    private static void ManagedBy(InstalledCluster world, string manager)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "other" } } };
        var done = world.Fake.PatchAsync(InstalledCluster.Validating, PatchType.Merge, patch, new() { FieldManager = manager }, default);
        Assert.True(done.IsCompletedSuccessfully);
    }
}
