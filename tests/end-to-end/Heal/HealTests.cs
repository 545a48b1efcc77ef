using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>
/// From finding to merged fix, as people meet it: the command <c>selfheal</c> with a configuration file, a forge and a
/// cluster, and nothing of the bot's own in between.
/// </summary>
public sealed partial class HealTests(ITestOutputHelper log) : ShopTests("heal")
{
    private readonly List<string> gates = [];

    [GiteaFact]
    public async Task Twenty_findings_become_pull_requests_that_people_merge_close_move_and_take_over()
    {
        await using var shop = await GiteaShop.OpenAsync(Namespace);
        await SeedAsync([shop.Alice, shop.Bob]);
        await ChildProcess.GitAsync(Work, "push", "--quiet", shop.UrlOf(shop.Alice), "main");
        Configure(await RepositoryAsync(shop));

        // Nothing is done before something is done: the queue is shown, and why it is as it is.
        var empty = await shop.EverythingAsync();
        var rank = await RunAsync("rank", "-o", "json");
        Assert.Equal(empty, await shop.EverythingAsync());
        Assert.Equal(ShopFiles.Changes.Count + ShopFiles.Issues.Count, rank["queue"]!.AsArray().Count);
        Assert.Contains("explore", (await ChildProcess.SelfhealAsync(Folder, "rank", "--config", "selfheal.yaml")).Output, StringComparison.Ordinal);

        var first = await HealAsync();
        Assert.Equal(ShopFiles.Findings, first["findings"]!.GetValue<int>());
        var requests = await shop.RequestsAsync();
        AssertExpected(requests.Values.Select(request => (request.File, request.Labels, request.Body)));
        foreach (var request in requests.Values)
        {
            Assert.Equal(request.File.StartsWith("platform/", StringComparison.Ordinal) ? [shop.Alice, shop.Bob] : [shop.Alice], request.Asked.Order(StringComparer.Ordinal));
            Assert.Equal("success", request.Statuses["selfheal/verified"].State);
            Assert.Equal("pending", request.Statuses["selfheal/approvals"].State);
        }

        // One issue may be open at once: the worse one is, and the other waits on the dashboard until somebody wants it.
        var ledger = await shop.IssueAsync("platform/ledger.yaml");
        AssertSays(ShopFiles.Issues[1], ledger.Body);
        var dashboard = await shop.IssueAsync("SelfHeal dashboard");
        Assert.Contains("### Waiting (1)", dashboard.Body, StringComparison.Ordinal);
        await shop.TickAsync(dashboard.Number, "deliver");
        await HealAsync();
        var cache = await shop.IssueAsync("apps/cache.yaml");
        AssertSays(ShopFiles.Issues[0], cache.Body);
        Assert.DoesNotContain("### Waiting", (await shop.IssueAsync("SelfHeal dashboard")).Body, StringComparison.Ordinal);

        await AssertQuietAsync(shop);

        var (web, report, queue, api, agent) = (requests["apps/web.yaml"], requests["jobs/report.yaml"], requests["apps/queue.yaml"], requests["apps/api.yaml"], requests["platform/agent.yaml"]);
        await shop.MergeAsync(web.Number);
        await shop.CloseAsync(report.Number);
        await PushAsync(shop, "main", "apps/queue.yaml", text => text.Replace("replicas: 1", "replicas: 1   # a queue has one head", StringComparison.Ordinal));
        var carols = await PushAsync(shop, api.Branch, "apps/api.yaml", text => text.Replace("add: []", "add: [NET_BIND_SERVICE]", StringComparison.Ordinal));
        await shop.ApproveAsync(shop.Alice, agent);
        await shop.ApproveAsync(shop.Bob, agent);
        await shop.TickAsync(cache.Number, "snooze");
        await HealAsync();

        requests = await shop.RequestsAsync();
        Assert.Equal(["apps/api.yaml", "apps/queue.yaml", "platform/agent.yaml"], requests.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(queue.Number, requests["apps/queue.yaml"].Number);
        Assert.NotEqual(queue.Head, requests["apps/queue.yaml"].Head);
        var regenerated = await shop.ReadAsync(queue.Branch, "apps/queue.yaml");
        Assert.Contains("# a queue has one head", regenerated, StringComparison.Ordinal);
        Assert.Contains("seccompProfile", regenerated, StringComparison.Ordinal);
        Assert.Equal(carols, requests["apps/api.yaml"].Head);
        Assert.Contains("selfheal/hands-off", requests["apps/api.yaml"].Labels);
        Assert.Contains(await shop.CommentsAsync(api.Number), comment => comment.StartsWith($"{shop.Bot}: This branch is yours now", StringComparison.Ordinal));
        Assert.Equal(("success", $"approved by {shop.Alice}, {shop.Bob}"), requests["platform/agent.yaml"].Statuses["selfheal/approvals"]);
        Assert.Equal("closed", await shop.StateAsync(cache.Number));
        Assert.Contains("### Declined (4)", (await shop.IssueAsync("SelfHeal dashboard")).Body, StringComparison.Ordinal);

        await AssertQuietAsync(shop);

        // Approvals are for a commit, not for a pull request; and one declined finding is wanted again, the others not.
        await shop.TickAsync(agent.Number, "regenerate");
        await shop.TickAsync(dashboard.Number, "revive");
        await shop.MergeAsync(api.Number);
        await HealAsync();
        requests = await shop.RequestsAsync();
        Assert.Equal(agent.Number, requests["platform/agent.yaml"].Number);
        Assert.NotEqual(agent.Head, requests["platform/agent.yaml"].Head);
        Assert.Equal("pending", requests["platform/agent.yaml"].Statuses["selfheal/approvals"].State);
        Assert.DoesNotContain("apps/api.yaml", requests.Keys);
        Assert.Equal("closed", await shop.StateAsync(report.Number));
        var declined = (await shop.IssueAsync("SelfHeal dashboard")).Body;
        Assert.Contains("### Declined (3)", declined, StringComparison.Ordinal);

        await shop.MergeAsync(agent.Number);
        await shop.MergeAsync(queue.Number);
        await HealAsync();
        await AssertAppliedAsync(shop);
        var last = await HealAsync();
        var merged = new[] { "apps/web.yaml", "apps/queue.yaml", "platform/agent.yaml" };
        Assert.DoesNotContain(await shop.RequestsAsync(), request => merged.Contains(request.Key));
        Assert.DoesNotContain(last["refused"]!.AsArray(), refused => merged.Contains(refused!["file"]!.ToString()));
        await AssertQuietAsync(shop);

        var audit = await ChildProcess.SelfhealAsync(Folder, "audit", "verify", "--state", "state");
        Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
        Assert.Contains("whole", audit.Output, StringComparison.Ordinal);
        log.WriteLine(audit.Output);
    }

    [GiteaFact]
    public async Task What_is_heaviest_wants_two_code_owners_and_is_merged_by_the_bot_when_they_have_said_so()
    {
        await using var shop = await GiteaShop.OpenAsync(Namespace);
        await SeedAsync([shop.Alice, shop.Bob], ShopFiles.Front(Namespace));
        await ChildProcess.GitAsync(Work, "push", "--quiet", shop.UrlOf(shop.Alice), "main");
        Configure($"{await RepositoryAsync(shop)}\nautomerge: [dual]\nmergeAfter: 0s", @class: "system");
        await HealAsync();
        var front = (await shop.RequestsAsync())["platform/front.yaml"];
        Assert.True(front.Labels.Contains("selfheal/dual"), front.Body);
        Assert.Contains("two approvals of distinct code owners", front.Body, StringComparison.Ordinal);

        // Whoever may write is not yet who answers for it, and one is not two.
        await shop.ApproveAsync(shop.Carol, front);
        await shop.ApproveAsync(shop.Alice, front);
        await HealAsync();
        front = await shop.RequestAsync(front.Number);
        Assert.Equal("open", front.State);
        Assert.Equal("pending", front.Statuses["selfheal/approvals"].State);

        await shop.ApproveAsync(shop.Bob, front);
        if (await shop.IsOlderThanAsync(1, 18))
        {
            // It would merge whatever the branch is at by then: the bot says so, and leaves it to people.
            var held = (await HealAsync())["events"]!.AsArray().Single(done => done!["act"]!.ToString() == "held")!;
            Assert.Contains("cannot bind a merge to a commit", held["why"]!.ToString(), StringComparison.Ordinal);
            Assert.Equal(("success", $"approved by {shop.Alice}, {shop.Bob}"), (await shop.RequestAsync(front.Number)).Statuses["selfheal/approvals"]);
            return;
        }

        await Eventually.TrueAsync(
            async () =>
            {
                // A Gitea looks for a while whether it can be merged.
                await HealAsync();
                return (await shop.RequestAsync(front.Number)).State == "closed";
            },
            () => "what both have approved is not merged");
        Assert.Contains("serviceAccountName: default", await shop.ReadAsync("main", "platform/front.yaml"), StringComparison.Ordinal);
        Assert.Equal("success", (await shop.RequestAsync(front.Number)).Statuses["selfheal/approvals"].State);
        await HealAsync();
        await AssertQuietAsync(shop);
    }

    [ClusterFact]
    public async Task Without_a_forge_the_same_changes_become_pages_of_a_folder()
    {
        await SeedAsync(["alice", "bob"]);
        Configure($$"""
            - path: {{Work}}
              cluster: real
            forges:
              pages: {kind: local, folder: pages}
            """);
        await HealAsync();
        AssertExpected(Pages().Select(page => (FileOf(page), LabelsOf(page), page)));
        var before = string.Join('\n', Pages());
        await HealAsync();
        Assert.Equal(before, string.Join('\n', Pages()));

        IEnumerable<string> Pages() => Directory.EnumerateFiles(Path.Combine(Folder, "pages"), "*.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(page => page.Contains("#### Verification", StringComparison.Ordinal));
        static string FileOf(string page) => PatchedFile().Match(page).Groups[1].Value;
        static IReadOnlyList<string> LabelsOf(string page) => [.. Label().Matches(page).Select(match => match.Value).Distinct()];
    }

    [GeneratedRegex(@"^\+\+\+ b/(\S+)$", RegexOptions.Multiline)]
    private static partial Regex PatchedFile();

    [GeneratedRegex(@"selfheal/(?:auto|human|dual|fix)\b")]
    private static partial Regex Label();

    [GeneratedRegex(@"^- \*\*([a-z0-9-]+)\*\* \(", RegexOptions.Multiline)]
    private static partial Regex FoundRule();

    [GeneratedRegex(@"^\| (schema|dry-run|rollback) \| (.*?) \| .* \| (\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex ServerGate();

    /// <summary>The expected files, tiers and rules and no others, each admitted by the cluster and each revert, too.</summary>
    private void AssertExpected(IEnumerable<(string File, IReadOnlyList<string> Labels, string Body)> found)
    {
        var seen = found.OrderBy(each => each.File, StringComparer.Ordinal).ToList();
        Assert.Equal(
            ShopFiles.Changes.Select(change => $"{change.File} {change.Tier}: {string.Join(' ', change.Rules)}"),
            seen.Select(each => $"{each.File} {TierOf(each.Labels)}: {string.Join(' ', FoundRule().Matches(each.Body).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal))}"));
        foreach (var (file, _, body) in seen)
        {
            var server = ServerGate().Matches(body);
            Assert.Equal(["schema", "dry-run", "rollback"], server.Select(match => match.Groups[1].Value));
            Assert.All(server, match => Assert.Equal("✅ passed", match.Groups[2].Value));
            Assert.Contains("as it is live, after admission", body, StringComparison.Ordinal);
            gates.AddRange(server.Select(match => $"{file} {match.Groups[1].Value} {match.Groups[3].Value} ms"));
        }

        log.WriteLine(string.Join('\n', gates));

        static string TierOf(IReadOnlyList<string> labels) => labels.Single(label => label is "selfheal/auto" or "selfheal/human" or "selfheal/dual")["selfheal/".Length..];
    }

    private static void AssertSays((string File, string Rule, string Code, string Says) expected, string body)
    {
        Assert.Contains($"**{expected.Rule}**", body, StringComparison.Ordinal);
        Assert.Contains($"`{expected.Code}`", body, StringComparison.Ordinal);
        Assert.Contains(expected.Says, body, StringComparison.Ordinal);
    }

    /// <summary>A pass over what nobody has touched touches nothing.</summary>
    private async Task AssertQuietAsync(GiteaShop shop)
    {
        var before = await shop.EverythingAsync();
        var report = await HealAsync();
        Assert.Equal(before, await shop.EverythingAsync());
        Assert.All(report["events"]!.AsArray(), done => Assert.Contains(done!["act"]!.ToString(), (string[])["unchanged", "hands off"]));
    }

    /// <summary>What was merged is what the cluster takes and runs.</summary>
    private async Task AssertAppliedAsync(GiteaShop shop)
    {
        await ChildProcess.GitAsync(Work, "pull", "--quiet", "--ff-only", shop.UrlOf(shop.Alice), "main");
        foreach (var part in new[] { "apps", "jobs", "platform" })
        {
            await Kubectl.MustAsync("apply", "-f", Path.Combine(Work, part));
        }

        foreach (var workload in new[] { "deployment/web", "daemonset/agent", "statefulset/queue" })
        {
            await Eventually.TrueAsync(
                async () => (await Kubectl.RunAsync("-n", Namespace, "rollout", "status", workload, "--timeout=40s")).Succeeded,
                () => $"{workload} does not come up again");
        }

        Assert.Equal("false", await Kubectl.MustAsync("-n", Namespace, "get", "daemonset", "agent", "-o", "jsonpath={.spec.template.spec.containers[0].securityContext.privileged}"));
        Assert.Equal("true", await Kubectl.MustAsync("-n", Namespace, "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.securityContext.runAsNonRoot}"));
    }

    /// <summary>The repository as a commit, and its workloads in the cluster.</summary>
    /// <param name="front">What platform/front.yaml holds; null for no such file.</param>
    private async Task SeedAsync(string[] owners, string? front = null)
    {
        Directory.CreateDirectory(Work);
        ShopFiles.Write(Work, Namespace, owners);
        if (front is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(Work, "platform", "front.yaml"), front);
        }

        await ChildProcess.GitAsync(Work, "init", "--quiet", "--initial-branch=main");
        await ChildProcess.GitAsync(Work, "add", "--all");
        await ChildProcess.GitAsync(Work, "commit", "--quiet", "--message=The shop");
        await Kubectl.MustAsync("create", "namespace", Namespace);
        foreach (var part in new[] { "apps", "jobs", "platform" })
        {
            await Kubectl.MustAsync("apply", "-f", Path.Combine(Work, part));
        }

        Assert.True((await Kubectl.ApplyAsync(ShopFiles.Freeze(Namespace))).Succeeded);
        await Eventually.TrueAsync(
            async () => (await Kubectl.RunAsync("-n", Namespace, "set", "image", "deployment/ledger", "ledger=local/busybox:2", "--dry-run=server")).Error.Contains(ShopFiles.Frozen, StringComparison.Ordinal),
            () => "the admission policy does not hold");
    }

    /// <summary>The repository at the forge, healed with what the cluster says; and the forge.</summary>
    private async Task<string> RepositoryAsync(GiteaShop shop)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "token"), shop.BotToken + "\n");
        return $$"""
            - url: {{shop.Url}}
              cluster: real
            forges:
              gitea:
                kind: gitea
                url: {{GiteaShop.Address}}
                credentials: {token: {file: token} }
            """;
    }

    private void Configure(string repository, string @class = "development") => File.WriteAllText(Path.Combine(Folder, "selfheal.yaml"), $$"""
        author: {name: selfheal, email: selfheal@example.invalid}
        state: state
        repositories:
        {{repository}}
        clusters:
          real: {kubeconfig: "{{Path.GetFullPath(Environment.GetEnvironmentVariable("KUBECONFIG")!)}}"}
        namespaces:
          {{@class}}: [{{Namespace}}]
        cooldown: 0s
        issues: warning
        limits:
          auto: {open: 50, perDay: 50}
          human: {open: 50, perDay: 50}
          dual: {open: 50, perDay: 50}
          blocked: {open: 1, perDay: 50}

        """);

    private Task<JsonNode> HealAsync() => RunAsync("heal", "-o", "json");

    private async Task<JsonNode> RunAsync(params string[] arguments)
    {
        var started = TimeProvider.System.GetTimestamp();
        var result = await ChildProcess.SelfhealAsync(Folder, [.. arguments, "--config", "selfheal.yaml"]);
        log.WriteLine($"{arguments[0]}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Output}\n{result.Error}");
        var report = JsonNode.Parse(result.Output)!["repositories"]!.AsArray().Single()!;
        Assert.Null(report["failure"]);
        log.WriteLine(string.Join('\n', report["events"]!.AsArray().Select(done => $"  {done!["act"]} {done["what"]} {done["where"]} {done["why"]}")));
        return report;
    }

    /// <summary>A commit of carol's on top of a branch.</summary>
    private async Task<string> PushAsync(GiteaShop shop, string branch, string file, Func<string, string> edit)
    {
        var clone = Path.Combine(Folder, $"carol-{Guid.NewGuid():N}");
        await ChildProcess.GitAsync(Folder, "clone", "--quiet", "--branch", branch, shop.UrlOf(shop.Carol), clone);
        var path = Path.Combine(clone, file);
        var before = await File.ReadAllTextAsync(path);
        var after = edit(before);
        Assert.NotEqual(before, after);
        await File.WriteAllTextAsync(path, after);
        await ChildProcess.GitAsync(clone, "commit", "--quiet", "--all", "--message=By hand");
        await ChildProcess.GitAsync(clone, "push", "--quiet", "origin", $"HEAD:refs/heads/{branch}");
        return (await ChildProcess.GitAsync(clone, "rev-parse", "HEAD")).Trim();
    }
}
