using System.Text;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Local;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A repository with people at it, a local forge, a bot with a state folder of its own, and a clock.</summary>
internal sealed class HealingStage : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly GitFolder work = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (HealingTools Tools, IAsyncDisposable Store)> bots = [];

    public HealingStage()
    {
        work.Git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", Bare);
        work.Git("remote", "add", "origin", Bare);
    }

    public static BudgetSettings Unlimited { get; } = new()
    {
        Limits = Enum.GetValues<Tier>().ToDictionary(tier => tier, _ => new TierLimits(1000, 1000)),
        Cooldown = TimeSpan.Zero,
    };

    public string Bare => folder["shop.git"];

    public string Pages => folder["pages"];

    public TestClock Clock { get; } = new();

    public GitFolder Work => work;

    /// <summary>What a pass goes by; a test changes what it is about.</summary>
    public Func<HealingSettings, HealingSettings> Change { get; set; } = settings => settings;

    public LocalForge Forge => new(Bare, Pages, Clock);

    public HealingStage Write(string file, string text)
    {
        work.Write(file, text);
        return this;
    }

    /// <summary>Everything as it is now becomes the base.</summary>
    public HealingStage Push()
    {
        work.Commit();
        work.Git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
        return this;
    }

    /// <summary>Brings what was merged into the work tree.</summary>
    public void Pull()
    {
        work.Git("fetch", "--quiet", "origin", "+refs/heads/*:refs/theirs/*");
        work.Git("reset", "--quiet", "--hard", "refs/theirs/main");
    }

    /// <param name="bot">Each has a state folder of its own.</param>
    /// <param name="store">What the bot finds in place of its store: made of it.</param>
    public async Task<PassReport> PassAsync(string bot = "bot", bool isDryRun = false, IForge? forge = null, Func<IStore, IStore>? store = null) =>
        await new Healing(await ToolsAsync(bot, store), Change(Settings(Bare, forge ?? Forge))).RunAsync(isDryRun, CancellationToken.None);

    /// <summary>Proposes an action, as somebody does by hand.</summary>
    public async Task<PassReport> ProposeAsync(Proposal.Act act, string bot = "bot", IForge? forge = null) =>
        await new ActionPass(await ToolsAsync(bot), Change(Settings(Bare, forge ?? Forge))).RunAsync(act, CancellationToken.None);

    public async Task<HealingTools> ToolsAsync(string bot = "bot", Func<IStore, IStore>? store = null)
    {
        if (!bots.TryGetValue(bot, out var open))
        {
            var (tools, state) = await OpenAsync(folder[bot], bot, Clock, searchPath: null, store);
            bots[bot] = open = (tools, state);
        }

        return open.Tools;
    }

    public static HealingSettings Settings(string bare, IForge forge) => new()
    {
        Repository = "git.example.com/shop",
        Address = "https://git.example.com/shop",
        Remote = RemoteUrl.Parse(bare),
        Forge = forge,
        Author = new GitIdentity("selfheal", "selfheal@example.com"),
        Scan = new(null, null, null, [], []),
        Budget = Unlimited,
    };

    public static async Task<(HealingTools Tools, IStore Store)> OpenAsync(string state, string bot, TimeProvider clock, string? searchPath, Func<IStore, IStore>? wrap)
    {
        StateFolder.Create(state);
        var (store, audit) = await new StateLocation.Folder(state).OpenAsync(clock, CancellationToken.None);
        store = wrap?.Invoke(store) ?? store;
        return (new(new CloneCache(state, clock, null, searchPath), store, new AuditRelay(store, audit), bot, clock), store);
    }

    public string StateOf(string bot) => folder[bot];

    /// <summary>The processes of all bots are over; their state folders stay.</summary>
    public async Task RestartAsync()
    {
        foreach (var (_, store) in bots.Values)
        {
            await store.DisposeAsync();
        }

        bots.Clear();
    }

    /// <summary>Everything but the people's work tree, as it is now.</summary>
    public async Task<TempFolder> SnapshotAsync()
    {
        await RestartAsync();
        var copy = new TempFolder();
        Copy(folder.Root, copy.Root);
        return copy;
    }

    public async Task RestoreAsync(TempFolder snapshot)
    {
        await RestartAsync();
        Directory.Delete(folder.Root, recursive: true);
        Copy(snapshot.Root, folder.Root);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var name in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, name)));
        }

        foreach (var name in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(name, Path.Combine(to, Path.GetRelativePath(from, name)));
        }
    }

    public IReadOnlyList<PullRequest> Requests(PullRequestState state = PullRequestState.Open) =>
        Forge.ListPullRequestsAsync(state, CancellationToken.None).GetAwaiter().GetResult();

    public IReadOnlyList<Issue> Issues(IssueState state = IssueState.Open) => Forge.ListIssuesAsync(state, CancellationToken.None).GetAwaiter().GetResult();

    public Task<IReadOnlyList<RecordedOutcome>> OutcomesAsync(string bot = "bot") =>
        bots[bot].Tools.Store.OutcomesAsync(DateTimeOffset.MinValue, CancellationToken.None);

    public string Dashboard => Path.Combine(Pages, "issues", Path.GetFileName(Issues().Single(issue => issue.Title == "SelfHeal dashboard").Where));

    /// <summary>A file at a branch, as the repository has it.</summary>
    public string? Show(string branch, string file)
    {
        var outcome = SelfHeal.Execute("git", Bare, [], ["show", $"refs/heads/{branch}:{file}"]);
        return outcome.ExitCode == 0 ? outcome.Output : null;
    }

    public string Head(string branch) => SelfHeal.Execute("git", Bare, [], ["rev-parse", "--verify", "--quiet", $"refs/heads/{branch}"]).Output.TrimEnd();

    /// <summary>Every page and every branch: two that are equal are the same forge.</summary>
    public string Everything()
    {
        var text = new StringBuilder(SelfHeal.Execute("git", Bare, [], ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"]).Output);
        foreach (var page in Directory.CreateDirectory(Pages).EnumerateFiles("*.md", SearchOption.AllDirectories).Select(file => file.FullName).Order(StringComparer.Ordinal))
        {
            text.Append(page).Append('\n').Append(File.ReadAllText(page)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What these people have approved, at the commit that is there.</summary>
    public void Approve(PullRequest request, params string[] people) => Approve(request, Head(request.HeadBranch), people);

    public static void Approve(PullRequest request, string head, params string[] people) =>
        Edit(request.Where, "by: selfheal", $"reviews: [{string.Join(", ", people.Select(person => $"{{by: {person}, state: approved, sha: {head}}}"))}]\nby: selfheal");

    /// <summary>One finding of pss-baseline, of tier human.</summary>
    public static string Pod(string @namespace, string name = "shell") => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          namespace: {{@namespace}}
        spec:
          containers:
          - name: shell
            image: registry.example.com/shop/shell:1.0.0
            securityContext:
              privileged: true

        """;

    /// <summary>A Deployment of one container.</summary>
    /// <param name="more">Of the container, indented as it is to stand there.</param>
    public static string Web(string more) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web   # the front
          namespace: shop
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: registry.example.com/shop/web:1.2.3

        """ + more;

    /// <summary>In a version that is served no more.</summary>
    public static string Binding(string @namespace) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1beta1
        kind: RoleBinding
        metadata:
          name: reader
          namespace: {{@namespace}}
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: reader
        subjects:
        - kind: ServiceAccount
          name: reader
          namespace: {{@namespace}}

        """;

    /// <summary>Edits a page by hand, as a person would.</summary>
    public static void Edit(string page, string from, string to)
    {
        var text = File.ReadAllText(page);
        Assert.Contains(from, text, StringComparison.Ordinal);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(page, string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length)));
    }

    public async ValueTask DisposeAsync()
    {
        await RestartAsync();
        work.Dispose();
        folder.Dispose();
    }
}

/// <summary>Stands still until it is told to go on.</summary>
internal sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>So that texts that say how long something took say the same each time.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;
}
