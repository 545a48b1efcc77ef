using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Cluster;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Cluster;

public sealed class TopOwnersTests
{
    private static readonly ObjectIdentity ReplicaSet = new("apps/v1", "ReplicaSet", "shop", "web-5d4f8b");

    private readonly ScriptedCluster cluster = new();

    [Fact]
    public async Task Finds_the_Deployment_above_a_ReplicaSet_and_asks_once()
    {
        Has("replicasets.apps shop/web-5d4f8b", "u1", Owner("apps/v1", "Deployment", "web"));
        var owners = new TopOwners(TimeProvider.System, cluster);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new("apps/v1", "Deployment", "shop", "web"), await FindAsync(owners, ReplicaSet, "u1"));
        }

        Assert.Equal(1, cluster.Gets);
    }

    [Fact]
    public async Task Asks_again_when_what_it_knows_is_old()
    {
        Has("replicasets.apps shop/web-5d4f8b", "u1", Owner("apps/v1", "Deployment", "web"));
        var clock = new SteppedClock();
        var owners = new TopOwners(clock, cluster);
        await FindAsync(owners, ReplicaSet, "u1");

        clock.Advance(TimeSpan.FromMinutes(2));
        Has("replicasets.apps shop/web-5d4f8b", "u1", null);

        Assert.Equal(ReplicaSet, await FindAsync(owners, ReplicaSet, "u1"));
    }

    [Fact]
    public async Task Finds_the_CronJob_above_a_Job()
    {
        var job = new ObjectIdentity("batch/v1", "Job", "shop", "backup-29384756");
        Has("jobs.batch shop/backup-29384756", "u2", Owner("batch/v1", "CronJob", "backup"));

        Assert.Equal(new("batch/v1", "CronJob", "shop", "backup"), await FindAsync(new(TimeProvider.System, cluster), job, "u2"));
    }

    [Theory]
    [InlineData("other", "u1")]
    [InlineData("u1", "other")]
    [InlineData("u1", "")]
    public async Task Inherits_nothing_from_another_object_of_the_same_name(string there, string stated)
    {
        Has("replicasets.apps shop/web-5d4f8b", there, Owner("apps/v1", "Deployment", "web"));

        Assert.Null(await FindAsync(new(TimeProvider.System, cluster), ReplicaSet, stated));
    }

    [Fact]
    public async Task Inherits_nothing_when_the_cluster_does_not_tell()
    {
        var owners = new TopOwners(TimeProvider.System, cluster);
        Assert.Null(await FindAsync(owners, ReplicaSet, "u1"));
        cluster.IsDown = true;
        Assert.Null(await FindAsync(owners, ReplicaSet, "u1"));
        (cluster.IsDown, cluster.IsSilent) = (false, true);
        Assert.Null(await FindAsync(owners, ReplicaSet, "u1").AsTask().WaitAsync(TimeSpan.FromSeconds(60)));

        // A failure is not remembered.
        cluster.IsSilent = false;
        Has("replicasets.apps shop/web-5d4f8b", "u1", Owner("apps/v1", "Deployment", "web"));
        Assert.NotNull(await FindAsync(owners, ReplicaSet, "u1"));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", false)]
    [InlineData("example.com/v1", "Deployment", true)]
    [InlineData("apps/v1", "StatefulSet", true)]
    public async Task Only_a_controlling_Deployment_stands_above_a_ReplicaSet(string apiVersion, string kind, bool controls)
    {
        Has("replicasets.apps shop/web-5d4f8b", "u1", Owner(apiVersion, kind, "web", controls));

        Assert.Equal(ReplicaSet, await FindAsync(new(TimeProvider.System, cluster), ReplicaSet, "u1"));
    }

    [Fact]
    public async Task Goes_by_the_names_without_a_cluster()
    {
        Assert.Equal(new("apps/v1", "Deployment", "shop", "web"), await FindAsync(new(TimeProvider.System), ReplicaSet, "u1"));
    }

    private static JsonObject Owner(string apiVersion, string kind, string name, bool controls = true) =>
        new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["name"] = name, ["uid"] = "u9", ["controller"] = controls };

    private static ValueTask<ObjectIdentity?> FindAsync(TopOwners owners, ObjectIdentity owner, string uid)
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = "p",
                ["labels"] = new JsonObject { ["pod-template-hash"] = "5d4f8b" },
                ["ownerReferences"] = new JsonArray(
                    new JsonObject { ["uid"] = "u0", ["controller"] = false }, new JsonObject { ["uid"] = uid, ["controller"] = true }),
            },
        }.ToJsonString();
        return owners.FindAsync(owner, new EnvelopeReader().Read(new SourceText("pod", System.Text.Encoding.UTF8.GetBytes(pod))).Document!.Root, CancellationToken.None);
    }

    private void Has(string reference, string uid, JsonObject? owner) => cluster.Objects[reference] = new()
    {
        ["metadata"] = new JsonObject { ["uid"] = uid, ["ownerReferences"] = owner is null ? [] : new JsonArray(owner) },
    };
}
