using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>
/// What no file can mend, as people meet it: the commands <c>selfheal propose-action</c> and <c>selfheal heal</c>, a forge
/// where people say yes and no, and a cluster where it is done.
/// </summary>
public sealed class ActionTests(ITestOutputHelper log) : ShopTests("deed")
{
    private const string Why = "answers 503 since 08:50: @all see #1\n<!-- selfheal:v1 fp=x -->";

    [GiteaFact]
    public async Task People_let_the_bot_act_or_do_not_or_do_it_themselves()
    {
        await using var shop = await GiteaShop.OpenAsync(Namespace);
        await SeedAsync(shop);
        Configure(shop, runs: true, "development");

        var restart = await ProposeAsync(shop, "restart-rollout", "deployment/web", "opened");
        AssertTells(restart.Body, "restart-rollout", "deployments.apps", "web");
        Assert.Contains($"`apps/web.yaml` says what runs", restart.Body, StringComparison.Ordinal);
        Assert.Contains($"| Who may approve | one of `@{shop.Alice}`, `@{shop.Bob}` |", restart.Body, StringComparison.Ordinal);
        Assert.Contains($"kubectl -n {Namespace} rollout restart deployment/web", restart.Body, StringComparison.Ordinal);
        // The commands of the issue are such as people can type.
        foreach (var command in CommandsOf(restart.Body).Where(command => command.Contains("--dry-run=server", StringComparison.Ordinal)))
        {
            await ChildProcess.ShellAsync(Folder, command);
        }

        // Said again, it is the same issue, and nobody is told anything.
        var before = await shop.EverythingAsync();
        await ProposeAsync(shop, "restart-rollout", "deployment/web", "unchanged");
        await HealAsync();
        var dashboard = await shop.EverythingAsync();
        await HealAsync();
        Assert.Equal(dashboard, await shop.EverythingAsync());
        Assert.Contains(before.Split('\n')[0], dashboard, StringComparison.Ordinal);

        // Somebody who may not says yes.
        await shop.SayAsync(shop.Carol, restart.Number, "/approve");
        await HealAsync();
        await HealAsync();
        Assert.Equal("", await RestartedAsync());
        Assert.Single(await shop.CommentsAsync(restart.Number), comment => comment.StartsWith($"{shop.Bot}: `/approve` by `{shop.Carol}` changes nothing: it is for code owners", StringComparison.Ordinal));

        // A code owner does; the next pass does it, watches it, and closes.
        await shop.SayAsync(shop.Bob, restart.Number, "/approve go on");
        await HealAsync();
        Assert.NotEqual("", await RestartedAsync());
        await AssertClosedAsync(shop, restart.Number, "selfheal/done");
        Assert.Contains(await shop.CommentsAsync(restart.Number), comment => comment.StartsWith($"{shop.Bot}: Outcome: done; what was expected was there after ", StringComparison.Ordinal));
        var restarted = await RestartedAsync();
        await HealAsync();
        Assert.Equal(restarted, await RestartedAsync());

        // A pod: this very one goes, and another comes.
        var pod = await PodAsync();
        var delete = await ProposeAsync(shop, "delete-pod", $"pod/{pod}", "opened");
        AssertTells(delete.Body, "delete-pod", "pods", pod);
        await shop.SayAsync(shop.Alice, delete.Number, "/approve");
        await HealAsync();
        await AssertClosedAsync(shop, delete.Number, "selfheal/done");
        Assert.NotEqual(pod, await PodAsync());

        // No is no, for as long as nothing has changed.
        var undo = await ProposeAsync(shop, "undo-rollout", "deployment/web", "opened");
        AssertTells(undo.Body, "undo-rollout", "deployments.apps", "web");
        await shop.SayAsync(shop.Alice, undo.Number, "/approve");
        await shop.SayAsync(shop.Bob, undo.Number, "/reject not tonight");
        await HealAsync();
        await AssertClosedAsync(shop, undo.Number, label: null);
        Assert.Equal(restarted, await RestartedAsync());
        await RunAsync("propose-action", "undo-rollout", "deployment/web", "-n", Namespace, "--why", Why);
        Assert.Empty(await shop.OpenIssuesAsync("selfheal/action"));

        var audit = await ChildProcess.SelfhealAsync(Folder, "audit", "verify", "--state", "state");
        Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
        var shown = (await ChildProcess.SelfhealAsync(Folder, "audit", "show", "--state", "state")).Output;
        Assert.All(["action.running", "action.ended", "action.closed", "action.rejected"], verb => Assert.Contains(verb, shown, StringComparison.Ordinal));
    }

    [GiteaFact]
    public async Task Where_the_bot_does_not_act_a_person_does_and_what_is_heavy_takes_two()
    {
        await using var shop = await GiteaShop.OpenAsync(Namespace);
        await SeedAsync(shop);
        await Kubectl.MustAsync("-n", Namespace, "set", "image", "deployment/web", "web=local/busybox:2");
        await SettledAsync();
        Assert.True((await Kubectl.ApplyAsync(ActionShop.Front(Namespace))).Succeeded);
        await Eventually.TrueAsync(
            async () => await Kubectl.MustAsync("-n", Namespace, "get", "poddisruptionbudget", "web", "-o", "jsonpath={.status.expectedPods}") == "3", () => "nobody looks after the budget");
        Configure(shop, runs: false, "system");

        var undo = await ProposeAsync(shop, "undo-rollout", "deployment/web", "opened");
        Assert.Contains("tier **dual**", undo.Body, StringComparison.Ordinal);
        Assert.All(["disruption budget: no pod may go", $"ingresses: 1 (Ingress {Namespace}/web)", "autoscaler: one acts on the same pods"], line => Assert.Contains(line, undo.Body, StringComparison.Ordinal));
        Assert.Contains($"| Who may approve | two of `@{shop.Alice}`, `@{shop.Bob}` |", undo.Body, StringComparison.Ordinal);

        await shop.SayAsync(shop.Alice, undo.Number, "/approve");
        await shop.SayAsync(shop.Alice, undo.Number, "/approve once more");
        await HealAsync();
        Assert.Single(await shop.CommentsAsync(undo.Number), comment => comment.StartsWith($"{shop.Bot}: Approved by `{shop.Alice}`; waits for 1 more of the code owners.", StringComparison.Ordinal));
        Assert.DoesNotContain("selfheal/approved", await shop.LabelsAsync(undo.Number));

        await shop.SayAsync(shop.Bob, undo.Number, "/approve");
        await HealAsync();
        Assert.Contains("selfheal/approved", await shop.LabelsAsync(undo.Number));
        var approved = Assert.Single(await shop.CommentsAsync(undo.Number), comment => comment.Contains("The bot is not set up to do it itself", StringComparison.Ordinal));
        Assert.Equal("local/busybox:2", await ImageAsync());

        // A person types what the comment says.
        foreach (var command in CommandsOf(approved))
        {
            await ChildProcess.ShellAsync(Folder, command);
        }

        await SettledAsync();
        Assert.Equal("local/busybox:1", await ImageAsync());
        await shop.SayAsync(shop.Carol, undo.Number, "/done");
        await shop.SayAsync(shop.Alice, undo.Number, "/done it answers again");
        await HealAsync();
        await AssertClosedAsync(shop, undo.Number, "selfheal/done");
        var back = CommandsOf(undo.Body).Single(command => command.Contains("--to-revision=2", StringComparison.Ordinal));
        await ChildProcess.ShellAsync(Folder, back);
        Assert.Equal("local/busybox:2", await ImageAsync());
    }

    /// <summary>All that has to be said, and nothing of the symptom outside of its block.</summary>
    private void AssertTells(string body, string id, string plural, string name)
    {
        Assert.All(
            [
                "#### Symptom\n", "#### Why Git cannot mend it\n", "#### Command\n", "--dry-run=server", "#### Checked\n", "#### What to expect\n", "#### Undo\n", "| Expires | 2",
                "| dry-run | passed |", $"| Action | `{id}` |", $"`{plural} {Namespace}/{name}`", "```mermaid\n",
            ],
            part => Assert.Contains(part, body, StringComparison.Ordinal));
        Assert.Matches(@"\| 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \| the object is there, and is not being deleted \|", body);
        Assert.DoesNotContain("swordfish", body, StringComparison.Ordinal);
        Assert.Contains("```text\nanswers 503 since 08:50: @all see #1\n<!-- selfheal:v1 fp=x -->\n```", body, StringComparison.Ordinal);
    }

    private static IEnumerable<string> CommandsOf(string text) => Regex.Matches(text, "```sh\n(.*)\n```").Select(match => match.Groups[1].Value);

    private async Task SeedAsync(GiteaShop shop)
    {
        Directory.CreateDirectory(Work);
        ActionShop.Write(Work, Namespace, shop.Alice, shop.Bob);
        await ChildProcess.GitAsync(Work, "init", "--quiet", "--initial-branch=main");
        await ChildProcess.GitAsync(Work, "add", "--all");
        await ChildProcess.GitAsync(Work, "commit", "--quiet", "--message=The shop");
        await ChildProcess.GitAsync(Work, "push", "--quiet", shop.UrlOf(shop.Alice), "main");
        await File.WriteAllTextAsync(Path.Combine(Folder, "token"), shop.BotToken + "\n");
        await Kubectl.MustAsync("create", "namespace", Namespace);
        await Kubectl.MustAsync("apply", "-f", Path.Combine(Work, "apps"));
        await SettledAsync();
    }

    private void Configure(GiteaShop shop, bool runs, string @class) => File.WriteAllText(Path.Combine(Folder, "selfheal.yaml"), $$"""
        author: {name: selfheal, email: selfheal@example.invalid}
        state: state
        repositories:
        - url: {{shop.Url}}
          cluster: real
        forges:
          gitea:
            kind: gitea
            url: {{GiteaShop.Address}}
            credentials: {token: {file: token} }
        clusters:
          real: {kubeconfig: "{{Path.GetFullPath(Environment.GetEnvironmentVariable("KUBECONFIG")!)}}"}
        namespaces:
          {{@class}}: [{{Namespace}}]
        actions: {run: {{(runs ? "true" : "false")}}}

        """);

    private async Task<(int Number, string Body)> ProposeAsync(GiteaShop shop, string id, string target, string act)
    {
        var output = await RunAsync("propose-action", id, target, "-n", Namespace, "--why", Why);
        Assert.Contains(act, output, StringComparison.Ordinal);
        var (number, body) = await shop.IssueAsync($"{id} {target.Replace("/", $" {Namespace}/", StringComparison.Ordinal)}");
        log.WriteLine(body);
        return (number, body);
    }

    private async Task HealAsync()
    {
        var report = JsonNode.Parse(await RunAsync("heal", "-o", "json"))!["repositories"]!.AsArray().Single()!;
        Assert.Null(report["failure"]);
        Assert.DoesNotContain(report["events"]!.AsArray(), done => done!["act"]!.ToString() == "failed");
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var started = TimeProvider.System.GetTimestamp();
        var result = await ChildProcess.SelfhealAsync(Folder, [.. arguments, "--config", "selfheal.yaml"]);
        log.WriteLine($"{string.Join(' ', arguments.Take(3))}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s\n{result.Output}");
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    private static async Task AssertClosedAsync(GiteaShop shop, int number, string? label)
    {
        Assert.True(await shop.StateAsync(number) == "closed", string.Join('\n', await shop.CommentsAsync(number)));
        Assert.Equal(label is not null, (await shop.LabelsAsync(number)).Contains(label ?? "selfheal/done"));
    }

    private async Task SettledAsync() => await Kubectl.MustAsync("-n", Namespace, "rollout", "status", "deployment/web", "--timeout=60s");

    private Task<string> RestartedAsync() => Kubectl.MustAsync("-n", Namespace, "get", "deployment", "web", "-o", @"jsonpath={.spec.template.metadata.annotations.kubectl\.kubernetes\.io/restartedAt}");

    private Task<string> ImageAsync() => Kubectl.MustAsync("-n", Namespace, "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

    /// <summary>The first by name that stays.</summary>
    private async Task<string> PodAsync()
    {
        var pods = JsonNode.Parse(await Kubectl.MustAsync("-n", Namespace, "get", "pods", "-l", "app=web", "-o", "json"))!["items"]!.AsArray();
        return pods.Where(pod => pod!["metadata"]!["deletionTimestamp"] is null).Select(pod => pod!["metadata"]!["name"]!.ToString()).Order(StringComparer.Ordinal).First();
    }
}
