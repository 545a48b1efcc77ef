using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Actions;
using SelfHealGitOps.Bot.Tests.Install;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

/// <summary>A shop, a forge where people comment, and a bot that makes passes.</summary>
internal sealed class ActionWorld : IAsyncDisposable
{
    private const string Repository = "https://git.example.com/shop/config";

    private readonly List<TempFolder> folders = [];

    private ActionWorld(bool knowsPeople)
    {
        Shop = new(Clock);
        Forge = new() { KnowsPeople = knowsPeople };
    }

    public StillClock Clock { get; } = new(new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));

    public Shop Shop { get; }

    public FakeCluster Fake => Shop.Fake;

    /// <summary>Another cluster in its place.</summary>
    public ICluster? Real { get; init; }

    public PeopleForge Forge { get; }

    public IStore Store { get; private set; } = null!;

    public IAuditLog Audit { get; private set; } = null!;

    public bool Runs { get; set; } = true;

    public IReadOnlyList<string> Owners { get; set; } = ["@ann", "@Bob", "@shop/team", "carol@example.com"];

    public NamespaceClasses Namespaces { get; set; } = NamespaceClasses.Default;

    public IReadOnlyList<FreezeWindow> Freezes { get; set; } = [];

    public TimeSpan Wait { get; set; } = TimeSpan.FromMilliseconds(50);

    public string Why { get; set; } = "web answers 503 since 08:50; its manifest is as it was on Monday";

    /// <summary>What has changed the cluster.</summary>
    public int Writes => Fake.Writes.Count(call => call.Type != ResourceTypes.SelfSubjectAccessReviews && call.Subresource is null);

    public static async Task<ActionWorld> Open(bool knowsPeople = true, ICluster? real = null)
    {
        var world = new ActionWorld(knowsPeople) { Real = real };
        await world.Forget();
        return world;
    }

    /// <summary>A new store: the old one is lost.</summary>
    public async Task Forget()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        folders.Add(new());
        (Store, Audit) = await new StateLocation.Folder(folders[^1].Root).OpenAsync(Clock, default);
    }

    public async Task<PassEvent> Propose(string id, ObjectReference target, params (string Key, string Value)[] parameters)
    {
        var act = new Proposal.Act(Shop.Make(id, target, parameters), Why);
        return await Under(async delivery => await new ActionVerifier(Clock).VerifyAsync(act, Target, default) switch
        {
            Verification.Accepted(var verified) => await delivery.EnsureAsync(verified, Forge.Open, Forge.Closed, default),
            Verification.Refused refused => await delivery.EnsureAsync(act.Action, refused.Refusal, Forge.Open, default),
            _ => throw new InvalidOperationException(),
        });
    }

    /// <summary>Follows every open issue once.</summary>
    public Task<PassEvent> Pass() => Under(async delivery =>
    {
        PassEvent? last = null;
        foreach (var issue in Forge.Open)
        {
            last = await delivery.FollowAsync(issue, default);
        }

        return last ?? new(PassAct.Unchanged, "nothing is open", null);
    });

    /// <summary>A pass, and a cluster whose controllers do their work meanwhile.</summary>
    public async Task<PassEvent> PassWithControllers(ObjectReference target)
    {
        Wait = TimeSpan.FromMinutes(1);
        var before = Writes;
        var pass = Task.Run(Pass);
        while (Writes == before && !pass.IsCompleted)
        {
            await Task.Delay(5);
        }

        if (target.Type == ResourceTypes.Pods)
        {
            Shop.SeedPod($"{target.Name}-anew", "ReplicaSet", "web-2");
        }
        else
        {
            await Shop.RollOut(target);
        }

        return await pass;
    }

    public async Task<IReadOnlyList<string>> Audited()
    {
        var lines = new List<string>();
        await foreach (var line in Audit.LinesAsync(default))
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Bytes.Span));
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        foreach (var folder in folders)
        {
            folder.Dispose();
        }
    }

    private ClusterTarget Target => new("prod", Real ?? Fake);

    private async Task<PassEvent> Under(Func<ActionDelivery, Task<PassEvent>> work)
    {
        var lease = Assert.IsType<LeaseAnswer.Granted>(await Store.AcquireLeaseAsync("pass", "me", TimeSpan.FromMinutes(30), default)).Lease;
        var ledger = new Ledger(Store, new AuditRelay(Store, Audit), Clock, Repository, lease, TimeSpan.FromMinutes(30));
        try
        {
            return await work(new(Forge, Store, ledger, new()
            {
                Repository = Repository,
                Cluster = Target,
                OwnersOf = _ => Owners,
                Runs = Runs,
                Namespaces = Namespaces,
                Freezes = Freezes,
                Wait = Wait,
            }, Clock));
        }
        finally
        {
            await Store.ReleaseLeaseAsync(lease, default);
        }
    }
}
