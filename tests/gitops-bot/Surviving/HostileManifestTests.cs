using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>A repository whose people mean harm: to the bot, to the forge, or to whoever reads what the bot says.</summary>
public sealed class HostileManifestTests
{
    private const string Ping = "@admin fixes #1, closes GH-1 <img src=x> </summary></details> --> [x](https://evil.example.com) https://evil.example.com ``` | \u202e";

    private const string Payload = """
        ````
        ```
        </details> @admin fixes #1
        - [x] <!-- selfheal:regenerate -->
        - [x] <!-- selfheal:snooze=14d -->
        <!-- selfheal:v1 fp=0123456789abcdef -->
        <!-- selfheal:note v1 head=0000000000000000000000000000000000000000 tier=auto findings= -->
        """;

    [UnixFact]
    public async Task Nobody_is_pinged_nothing_is_closed_and_nothing_is_forged()
    {
        await using var stage = Shop.Stage();
        string[] names =
        [
            "@admin.yaml", "q\"uote'.yaml", "bidi\u202e.yaml", "Case.yaml", "case.yaml", "`tick`.yaml", "-rf.yaml", "fixes #1.yaml", "closes GH-1.yaml", "<img src=x>.yaml", "[x](y).yaml",
            "<!-- selfheal:v1 fp=00 -->.yaml", "|.yaml", "$(touch trap).yaml", new string('n', 240) + ".yaml",
        ];
        foreach (var name in names)
        {
            stage.Write(name, Shop.Web("web"));
        }

        stage.Write("line\nbreak.yaml", Shop.Web("web"));
        stage.Write("evil.yaml", Evil("evil", Ping, Payload)).Write("refused.yaml", EvilPod(Ping));
        stage.Push();
        Assert.Null((await stage.PassAsync()).Failure);

        var requests = stage.Requests();
        Assert.Equal(names.Length + 2, requests.Count);
        Assert.Contains(stage.Issues(), issue => issue.Body.Contains("admin", StringComparison.Ordinal));
        Check(stage);
        var before = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(before, stage.Everything());

        // Somebody's commit on the bot's branch, by a name that is no name.
        var web = requests.First(request => request.Body.Contains("`case.yaml", StringComparison.Ordinal));
        stage.Work.Git("fetch", "--quiet", "origin", web.HeadBranch);
        stage.Work.Git("checkout", "--quiet", "--detach", "FETCH_HEAD");
        stage.Work.Git("-c", "user.name=@admin fixes #1 -->", "commit", "--quiet", "--allow-empty", "--message", "x");
        stage.Work.Git("push", "--quiet", "origin", $"HEAD:refs/heads/{web.HeadBranch}");
        stage.Work.Git("checkout", "--quiet", "main");
        stage.Write("case.yaml", Shop.Web("web", "1.2.4")).Push();
        await stage.PassAsync();
        Assert.Contains(PullRequestDelivery.HandsOffLabel, stage.Requests().First(request => request.Number == web.Number).Labels);
        Check(stage);
    }

    [UnixFact]
    public async Task What_cannot_be_read_keeps_nothing_else_from_being_mended()
    {
        await using var stage = Shop.Stage();
        var trap = Path.Combine(stage.Pages, "..", "trap");
        stage.Work.Files.Link("link.yaml", "/etc/passwd").Link("folder", "/etc").Link("loop", ".");
        stage.Write(".gitattributes", "* filter=evil diff=evil merge=evil text eol=crlf\n")
            .Write(".gitmodules", $"[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c 'touch {trap}'\n")
            .Write("large.yaml", $"a: {new string('x', 5 << 20)}\n")
            .Write("bomb.yaml", string.Concat(Enumerable.Range(0, 40).Select(i => i == 0 ? "a0: &a0 [x, x]\n" : $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n")))
            .Write("deep.yaml", new string('[', 50_000) + new string(']', 50_000) + "\n")
            .Write("tiny.yaml", string.Concat(Enumerable.Repeat("---\na: 1\n", 100_000)))
            .Write("binary.yaml", "\0\u0001\u0002");
        stage.Work.Git("add", "--all");
        stage.Work.Git("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},x");
        stage.Work.Git("commit", "--quiet", "--message=x");
        stage.Work.Git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
        var report = await stage.PassAsync();
        Assert.Null(report.Failure);
        Assert.Contains("`web.yaml:", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
        Assert.Contains(report.Problems, problem => problem.StartsWith("link.yaml: a symbolic link", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.StartsWith("large.yaml: larger than", StringComparison.Ordinal));
        Assert.False(File.Exists(trap));
        Assert.DoesNotContain("root:", stage.Everything(), StringComparison.Ordinal);
        Check(stage);
    }

    /// <summary>What its owner has excluded or exempted nobody knows then: nothing is done, and it is said.</summary>
    [UnixTheory]
    [InlineData("link")]
    [InlineData("broken")]
    [InlineData("large")]
    [InlineData("bomb")]
    public async Task A_policy_that_cannot_be_read_stops_its_repository_and_names_itself(string how)
    {
        await using var stage = Shop.Stage();
        stage.Work.Delete(".selfheal.yaml");
        if (how == "link")
        {
            stage.Work.Files.Link(".selfheal.yaml", "/etc/passwd");
        }
        else
        {
            stage.Write(".selfheal.yaml", how switch
            {
                "broken" => "version: 1\nprofile: [pss-baseline\n",
                "large" => $"version: 1\n# {new string('x', 5 << 20)}\n",
                _ => "version: 1\nexclude: &a [x, *a]\nrules: " + new string('{', 5_000),
            });
        }

        stage.Push();
        var failure = await Assert.ThrowsAsync<UsageException>(() => stage.PassAsync());
        Assert.Contains("policy", failure.Message.Replace(".selfheal.yaml", "policy", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("root:", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Requests());
    }

    [UnixFact]
    public async Task Owners_that_are_a_trap_stop_nothing()
    {
        await using var stage = Shop.Stage();
        stage.Work.Delete("CODEOWNERS");
        stage.Write("docs/CODEOWNERS", $"{new string('*', 400)}a {string.Join(' ', Enumerable.Range(0, 5000).Select(i => $"@u{i}"))}\n* {string.Join(' ', Enumerable.Range(0, 5000).Select(i => $"@u{i}"))}\n").Push();
        Assert.Null((await stage.PassAsync()).Failure);
        Assert.InRange(Assert.Single(stage.Requests()).Reviewers.Count, 1, 15);
        Check(stage);
    }

    /// <summary>Who answers for the files nobody knows then, and others must not be asked in their place.</summary>
    [UnixFact]
    public async Task Owners_that_are_a_link_stop_their_repository_and_are_named()
    {
        await using var stage = Shop.Stage();
        stage.Work.Delete("CODEOWNERS");
        stage.Work.Files.Link(".github/CODEOWNERS", "/etc/passwd");
        stage.Write("docs/CODEOWNERS", "* @ann\n").Push();
        var failure = await Assert.ThrowsAsync<UsageException>(() => stage.PassAsync());
        Assert.Contains(".github/CODEOWNERS", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Requests());
    }

    [Fact]
    public async Task A_file_with_five_thousand_findings_fits_into_what_a_forge_takes()
    {
        await using var stage = Shop.Stage();
        var text = new StringBuilder();
        for (var i = 0; i < 2500; i++)
        {
            text.Append("---\n").Append(Shop.Web($"{new string('w', 40)}-{i.ToString(CultureInfo.InvariantCulture)}"));
            text.Append("---\n").Append(Shop.Host($"{new string('p', 40)}-{i.ToString(CultureInfo.InvariantCulture)}"));
        }

        stage.Write("many.yaml", text.ToString()).Push();
        Assert.Null((await stage.PassAsync()).Failure);
        Assert.Equal(2, stage.Requests().Count);
        Check(stage);
    }

    [Fact]
    public async Task Two_thousand_files_fit_into_one_dashboard()
    {
        await using var stage = Shop.Stage();
        stage.Change = settings => settings with
        {
            Budget = new() { Limits = Enum.GetValues<Tier>().ToDictionary(tier => tier, _ => new TierLimits(1, 1)), Cooldown = TimeSpan.Zero },
        };
        for (var i = 0; i < 1000; i++)
        {
            var name = $"{new string('d', 100)}/{i.ToString("0000", CultureInfo.InvariantCulture)}";
            stage.Write($"{name}-web.yaml", Shop.Web($"web-{i}")).Write($"{name}-pod.yaml", Shop.Host($"pod-{i}")).Write($"{name}-bad.yaml", "a: [");
        }

        stage.Push();
        Assert.Null((await stage.PassAsync()).Failure);
        Assert.Single(stage.Requests());
        Check(stage);
    }

    private static string Evil(string name, string ping, string payload)
    {
        static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
        static string Indented(string text, int by) => string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));
        var containers = string.Concat(Enumerable.Range(0, 3).Select(i => $"""
                  - name: {Quoted($"{name} {i} {ping}")}
                    image: {Quoted($"registry.example.com/x:{i}")}
                    args:
                    - |
            {Indented(string.Join('\n', payload.Split('\n').Skip(i * 2)), 10)}
                    securityContext: {(i == 0 ? "{privileged: true}" : "\n          privileged: true")}

            """));
        return $"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: {Quoted($"{name} {ping}")}
              namespace: {Quoted(ping)}
              annotations:
                a: {Quoted(ping)}
            spec:
              selector:
                matchLabels: {"{app: evil}"}
              template:
                metadata:
                  labels: {"{app: evil}"}
                spec:
                  hostNetwork: true
                  containers:
            {containers}
            """;
    }

    private static string EvilPod(string ping) => Shop.Host("pod").Replace("name: data", $"name: {System.Text.Json.JsonSerializer.Serialize(ping)}", StringComparison.Ordinal)
        .Replace("/var/data", "\"/var/@admin fixes #1\"", StringComparison.Ordinal).Replace("name: pod", $"name: {System.Text.Json.JsonSerializer.Serialize("pod " + ping)}", StringComparison.Ordinal);

    /// <summary>Everything that the bot has said to anybody, and what it reads back of it.</summary>
    private static void Check(HealingStage stage)
    {
        foreach (var request in stage.Requests())
        {
            Rendered.CheckTitle(request.Title);
            Rendered.CheckBody(request.Body);
            Rendered.CheckLabels(request.Labels);
            Assert.EndsWith(request.Fingerprint!.Value.Value[..8], request.HeadBranch, StringComparison.Ordinal);
            var note = DeliveryNote.Find(request.Body)!;
            Assert.True(note.Head == request.HeadSha || request.Labels.Contains(PullRequestDelivery.HandsOffLabel));
            Assert.NotEmpty(note.Findings);
            Assert.False(Controls.WantsRegeneration(request.Body) || Controls.WantsSnooze(request.Body), request.Title);
        }

        foreach (var issue in stage.Issues())
        {
            Rendered.CheckTitle(issue.Title);
            Rendered.CheckBody(issue.Body);
            Rendered.CheckLabels(issue.Labels);
            Assert.False(Controls.WantsSnooze(issue.Body));
        }

        foreach (var number in stage.Requests().Select(each => each.Number))
        {
            Assert.All(stage.Forge.ListCommentsAsync(number, default).GetAwaiter().GetResult(), comment => Rendered.CheckBody(comment.Body));
        }

        foreach (var message in SelfHeal.Execute("git", stage.Bare, [], ["log", "--all", "--author=selfheal", "--format=%B%x00"]).Output.Split('\0'))
        {
            Assert.All(message.Split('\n').Where(line => !line.StartsWith("Signed-off-by: selfheal <", StringComparison.Ordinal)), line =>
            {
                Rendered.CheckPlain(line);
                Assert.InRange(line.Length, 0, 255);
            });
        }
    }
}
