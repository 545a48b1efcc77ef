using System.Net;
using System.Text;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Rest;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>A forge over HTTP that fails from some call on, in front of a repository that is well.</summary>
public sealed class FailingForgeTests
{
    public enum Kind
    {
        Broken,
        Limited,
        CutOff,
        Slow,
        Away,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_pass_that_the_forge_fails_ends_and_the_next_one_completes_it(int shift)
    {
        await using var stage = Shop.Stage();
        using var start = await stage.SnapshotAsync();
        var whole = new GitHubOf(stage);
        await stage.PassAsync(forge: whole.Forge);
        await stage.PassAsync(forge: whole.Forge);
        var expected = await SummaryAsync(whole);
        Assert.Contains("pull request", expected, StringComparison.Ordinal);
        for (var n = 1; ; n++)
        {
            await stage.RestoreAsync(start);
            using var house = new GitHubOf(stage) { FailsFrom = n, Fails = (Kind)((n + shift) % 5) };
            var said = await PassAsync(stage, house.Forge);
            if (house.Asked < n)
            {
                Assert.True(n > 15);
                break;
            }

            var at = $"{house.Fails} from call {n}, {house.First}";
            Assert.True(said.Contains("GitHub at api.github.com", StringComparison.Ordinal), $"{at}: {said}");
            Assert.True(house.Asked < n + 20, $"{at}: {house.Asked} calls");
            house.FailsFrom = int.MaxValue;
            Assert.Equal("", await PassAsync(stage, house.Forge));
            Assert.Equal("", await PassAsync(stage, house.Forge));
            Assert.True(expected == await SummaryAsync(house), $"{at}: {expected}\n{await SummaryAsync(house)}");
            Assert.Empty(house.Server.Misfits);
        }
    }

    [Fact]
    public async Task Other_repositories_go_on()
    {
        await using var stage = Shop.Stage();
        await using var forge = new Refusing();
        using var state = new TempFolder();
        state.Write("token", "token-4711\n");
        var configuration = BotConfiguration.ForFolder(stage.Bare, state["state"]) with
        {
            Forges = new Dictionary<string, ForgeSettings>
            {
                [BotConfiguration.LocalForge] = new(ForgeKind.Local),
                ["away"] = new(ForgeKind.GitHub) { ApiUrl = new($"http://{forge.Host}/"), Repository = "shop/deploy", Credentials = new ForgeCredentials.Token(new SecretSource.InFile(state["token"])) },
            },
        };
        var good = configuration.Repositories[0];
        configuration = configuration with
        {
            Repositories = [new("limited", good.Url, "away"), new("nowhere", RemoteUrl.Parse(state["nowhere.git"]), BotConfiguration.LocalForge), good],
        };
        await using var bot = await HealingBot.OpenAsync(configuration, TimeProvider.System, default);
        var reports = new List<PassReport>();
        foreach (var repository in configuration.Repositories)
        {
            reports.Add(await bot.PassAsync(repository, default));
        }

        Assert.Contains("it wants to be left alone for 3600 seconds", reports[0].Failure, StringComparison.Ordinal);
        Assert.NotNull(reports[1].Failure);
        Assert.Null(reports[2].Failure);
        Assert.Contains(reports[2].Events, done => done.Act == PassAct.Opened);
    }

    /// <summary>What was said to have failed; empty for a pass that is whole.</summary>
    private static async Task<string> PassAsync(HealingStage stage, IForge forge)
    {
        try
        {
            var report = await stage.PassAsync(forge: forge);
            return string.Join('\n', report.Events.Where(done => done.Act == PassAct.Failed).Select(done => done.Why).Prepend(report.Failure)).Trim();
        }
        catch (ForgeException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<string> SummaryAsync(GitHubOf house)
    {
        var lines = new List<string>();
        foreach (var request in await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default))
        {
            var checks = await house.Forge.ListChecksAsync(request.HeadSha!, default);
            lines.Add($"pull request {request.Title} {request.HeadBranch} {DeliveryNote.Find(request.Body)} {string.Join(' ', request.Labels)} {string.Join(' ', request.Reviewers)} {string.Join(' ', checks.Select(check => $"{check.Context} {check.State} {check.Description}").Order())}");
        }

        foreach (var issue in await house.Forge.ListIssuesAsync(IssueState.Open, default))
        {
            lines.Add($"issue {issue.Title} {issue.Fingerprint} {DeliveryNote.Find(issue.Body)} {string.Join(' ', issue.Labels)}");
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    /// <summary>The fake GitHub over the stage's repository.</summary>
    private sealed class GitHubOf : DelegatingHandler
    {
        public GitHubOf(HealingStage stage)
        {
            Server = new FakeGitHub(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "Forge", "github-operations.txt")))
            {
                Branches = () => Heads(stage.Bare),
            };
            InnerHandler = Server;
            Forge = GitHubForge.WithToken(
                GitHubForge.PublicApi, "shop", "deploy", Server.Token, TimeProvider.System, new() { Timeout = TimeSpan.FromMilliseconds(500), Tries = 2, Wait = (_, _) => Task.CompletedTask }, this);
        }

        public FakeGitHub Server { get; }

        public GitHubForge Forge { get; }

        public int FailsFrom { get; set; } = int.MaxValue;

        public Kind Fails { get; init; }

        public int Asked { get; private set; }

        public string? First { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++Asked < FailsFrom)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            First ??= $"{request.Method} {request.RequestUri}";
            switch (Fails)
            {
                case Kind.Broken:
                    return new(HttpStatusCode.InternalServerError) { Content = new StringContent("<html>oops") };
                case Kind.Limited:
                    return new(HttpStatusCode.Forbidden) { Content = new StringContent("{\"message\":\"API rate limit exceeded\"}"), Headers = { { "Retry-After", "120" } } };
                case Kind.CutOff:
                    // It has acted, and nobody gets to know.
                    using (await base.SendAsync(request, cancellationToken))
                    {
                        return new(HttpStatusCode.OK) { Content = new StringContent("[{\"number\":1,\"tit", Encoding.UTF8, "application/json") };
                    }

                case Kind.Slow:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    throw new InvalidOperationException();
                default:
                    throw new HttpRequestException("connection refused");
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Forge.Dispose();
        }

        private static Dictionary<string, string> Heads(string bare)
        {
            var root = Path.Combine(bare, "refs", "heads");
            return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                .ToDictionary(file => Path.GetRelativePath(root, file), file => File.ReadAllText(file).Trim());
        }
    }

    private sealed class Refusing : HttpDouble
    {
        protected override HttpTold Tell(HttpAsked request) => HttpTold.Text(403, "{\"message\":\"API rate limit exceeded\"}", ("Retry-After", "3600"));
    }
}
