using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>
/// A cluster in memory that keeps what it is given, as a real one would: both pass one contract suite. It runs no
/// controllers but the removal of what a deleted owner leaves, checks no fields (unknown ones, defaults, immutability) and
/// starts no pods. Safe for use from many threads.
/// </summary>
public sealed partial class FakeCluster : ICluster
{
    private static readonly string[] SubresourcesOfPods = ["status", "ephemeralcontainers", "resize", "eviction", "log"];
    private static readonly string[] WithoutStatus =
        ["configmaps", "secrets", "serviceaccounts", "events", "leases", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "controllerrevisions"];
    private static readonly string[] WithScale = ["deployments", "replicasets", "statefulsets"];

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly FakeStore store = new();
    private readonly ServerSideApply apply;
    private readonly List<ResourceType> types;
    private readonly List<ClusterCall> calls = [];
    private readonly List<Failure> failures = [];
    private readonly Dictionary<string, (List<JsonObject> Items, long Revision)> places = [];
    private readonly Dictionary<(string Namespace, string Pod, string Container, bool IsPrevious), string> logs = [];
    private int watchGeneration;

    public FakeCluster(TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        apply = new(this.time);
        types =
        [
            ResourceTypes.Namespaces, ResourceTypes.Nodes, ResourceTypes.Pods, ResourceTypes.Services, ResourceTypes.ConfigMaps, ResourceTypes.Secrets,
            ResourceTypes.ServiceAccounts, ResourceTypes.Events, ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.StatefulSets,
            ResourceTypes.DaemonSets, ResourceTypes.ControllerRevisions, ResourceTypes.Jobs, ResourceTypes.CronJobs, ResourceTypes.Leases, ResourceTypes.Roles, ResourceTypes.RoleBindings,
            ResourceTypes.ClusterRoles, ResourceTypes.ClusterRoleBindings, ResourceTypes.ValidatingWebhookConfigurations,
            ResourceTypes.MutatingWebhookConfigurations, ResourceTypes.CustomResourceDefinitions,
            new("networking.k8s.io", "v1", "ingresses", "Ingress", true),
            new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true),
            new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true),
            new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true),
        ];
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    /// <summary>Asked before anything is kept; null for everything as it comes. Must not call the cluster.</summary>
    public Func<FakeAdmissionRequest, FakeAdmissionAnswer>? Admission { get; set; }

    /// <summary>Whom a token belongs to.</summary>
    public Dictionary<string, ClusterUser> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Whom the cluster takes the caller for.</summary>
    public string UserName { get; set; } = "fake";

    /// <summary>Answers SubjectAccessReviews by user name (null for ourselves) and question; null for yes to everything.</summary>
    public Func<string?, AccessQuestion, bool>? Authorizer { get; set; }

    /// <summary>API groups whose server does not answer.</summary>
    public HashSet<string> BrokenGroups { get; } = new(StringComparer.Ordinal);

    public string Version { get; set; } = "v1.34.0";

    /// <summary>Everything that was asked, in order.</summary>
    public IReadOnlyList<ClusterCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>What was asked that could change something.</summary>
    public IReadOnlyList<ClusterCall> Writes => [.. Calls.Where(call => call.IsWrite && !call.IsDryRun)];

    /// <summary>Serves another type, as a CustomResourceDefinition would.</summary>
    public void Serve(ResourceType type)
    {
        lock (gate)
        {
            types.Add(type);
        }
    }

    /// <summary>Puts an object in without audit, admission or namespace check. Its type must be served.</summary>
    /// <returns>The object as it is kept, a copy.</returns>
    public JsonObject Seed(JsonObject item)
    {
        lock (gate)
        {
            var type = types.Find(each => each.ApiVersion == item.Text("apiVersion") && each.Kind == item.Text("kind"))
                ?? throw new ArgumentException($"{item.Text("apiVersion")} {item.Text("kind")} is not served; call Serve first", nameof(item));
            var made = Prepare(type, item.Text("metadata", "namespace") ?? (type.IsNamespaced ? "default" : null), (JsonObject)item.DeepClone());
            if (item["status"] is { } status)
            {
                made["status"] = status.DeepClone();
            }

            apply.Note(type, null, made, "seed", null);
            store.Put(type, made.Text("metadata", "namespace"), made.Text("metadata", "name")!, made);
            return (JsonObject)made.DeepClone();
        }
    }

    /// <summary>The object as it is kept, a copy; null where there is none. Not audited.</summary>
    public JsonObject? Peek(ObjectReference target)
    {
        lock (gate)
        {
            return (JsonObject?)store.Find(target.Type, target.Namespace, target.Name)?.DeepClone();
        }
    }

    /// <summary>What <see cref="LogsAsync"/> reads.</summary>
    public void SetLog(string @namespace, string pod, string container, string text, bool isPrevious = false)
    {
        lock (gate)
        {
            logs[(@namespace, pod, container, isPrevious)] = text;
        }
    }

    /// <summary>The next calls, as many as said, are answered so; only those that a condition holds for, if there is one.</summary>
    /// <param name="answer">Refused or unavailable.</param>
    public void Fail(ClusterReply answer, int times = 1, Func<ClusterCall, bool>? when = null)
    {
        if (answer is ClusterReply.Done)
        {
            throw new ArgumentException("no failure", nameof(answer));
        }

        lock (gate)
        {
            failures.Add(new(answer, when ?? (_ => true)) { Left = times });
        }
    }

    public void FailUnavailable(int times = 1, Func<ClusterCall, bool>? when = null) =>
        Fail(new ClusterReply.Unavailable("no answer from the cluster: connection refused"), times, when);

    public void FailForbidden(int times = 1, Func<ClusterCall, bool>? when = null) =>
        Fail(new ClusterReply.Refused(new(403, "Forbidden", "forbidden: User \"fake\" cannot do this", [])), times, when);

    /// <summary>Forgets all history: watches from before now, and pages of lists begun before, are expired.</summary>
    public void Compact()
    {
        lock (gate)
        {
            places.Clear();
            store.Forget();
        }
    }

    /// <summary>Every watch under way breaks off.</summary>
    public void BreakWatches()
    {
        lock (gate)
        {
            watchGeneration++;
            store.Wake();
        }
    }

    public Task<ClusterReply> GetAsync(ObjectReference target, CancellationToken cancellationToken)
    {
        var call = new ClusterCall("get", target.Type, target.Namespace, target.Name, target.Subresource, false, null);
        return RunAsync(
            call,
            () =>
            {
                Require(target);
                var item = Existing(target);
                return Done(target.Subresource == "scale" ? ScaleOf(item) : item);
            },
            cancellationToken);
    }

    public Task<ClusterReply> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        _ = ApiPath.Of(type, @namespace);
        return RunAsync(new("list", type, @namespace, null, null, false, null), () => List(type, @namespace, options), cancellationToken);
    }

    public Task<ClusterReply> CreateAsync(
        ResourceType type, string? @namespace, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken)
    {
        ApiPath.RequireNamespace(type, @namespace);
        return RunAsync(
            new("create", type, @namespace, null, null, options.DryRun, TryParse(json)),
            () =>
            {
                var body = Body(json);
                return IsReview(type) ? Done(Review(type, body)) : Create(type, @namespace, body, options);
            },
            cancellationToken);
    }

    public Task<ClusterReply> CreateSubresourceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            new("create", target.Type, target.Namespace, target.Name, target.Subresource, options.DryRun, TryParse(json)),
            () =>
            {
                Require(target);
                _ = Existing(target);
                if (target.Subresource != "eviction")
                {
                    throw new NotSupportedException($"the fake does not know how to create {target.Type.Plural}/{target.Subresource}");
                }

                Delete(target with { Subresource = null }, DeleteOptions.Default with { DryRun = options.DryRun });
                return Done(Success());
            },
            cancellationToken);

    public Task<ClusterReply> ReplaceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            new("update", target.Type, target.Namespace, target.Name, target.Subresource, options.DryRun, TryParse(json)),
            () =>
            {
                Require(target);
                var body = Body(json);
                CheckIdentity(target.Type, target.Namespace, target.Name, body);
                var live = Existing(target);
                if (target.Type == ResourceTypes.Leases && string.IsNullOrEmpty(body.Text("metadata", "resourceVersion")))
                {
                    throw FakeRefusal.Invalid(target.Type, target.Name, "metadata.resourceVersion", "Invalid value: \"\": must be specified for an update");
                }

                return Update(target, live, target.Subresource == "scale" ? Scaled(live, body) : body, options, isApply: false);
            },
            cancellationToken);

    public Task<ClusterReply> PatchAsync(
        ObjectReference target, PatchType type, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken)
    {
        if (type == PatchType.Apply && string.IsNullOrEmpty(options.FieldManager))
        {
            throw new ArgumentException("server-side apply needs a field manager", nameof(options));
        }

        return RunAsync(
            new("patch", target.Type, target.Namespace, target.Name, target.Subresource, options.DryRun, TryParse(json)),
            () => Patch(target, type, json, options),
            cancellationToken);
    }

    public Task<ClusterReply> DeleteAsync(ObjectReference target, DeleteOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            new("delete", target.Type, target.Namespace, target.Name, target.Subresource, options.DryRun, null),
            () =>
            {
                Require(target);
                return Done(Delete(target, options));
            },
            cancellationToken);

    public async Task<LogReply> LogsAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LimitBytes, 1);
        var text = "";
        var reply = await RunAsync(
            new("logs", ResourceTypes.Pods, @namespace, pod, "log", false, null),
            () =>
            {
                text = Log(@namespace, pod, options);
                return Done([]);
            },
            cancellationToken).ConfigureAwait(false);
        if (reply is not ClusterReply.Done)
        {
            return new LogReply.Failed(reply);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length > options.LimitBytes
            ? new LogReply.Read(Encoding.UTF8.GetString(bytes, 0, options.LimitBytes).TrimEnd('\uFFFD'), true)
            : new LogReply.Read(text, false);
    }

    public async Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken)
    {
        Discovery? found = null;
        var reply = await RunAsync(
            new("discover", null, null, null, null, false, null),
            () =>
            {
                found = Discover();
                return Done([]);
            },
            cancellationToken).ConfigureAwait(false);
        return reply is ClusterReply.Done ? new DiscoveryReply.Found(found!) : new DiscoveryReply.Failed(reply);
    }

    public Task<ClusterReply> VersionAsync(CancellationToken cancellationToken) =>
        RunAsync(
            new("version", null, null, null, null, false, null),
            () =>
            {
                var parts = Version.TrimStart('v').Split('.');
                return Done(new() { ["major"] = parts[0], ["minor"] = parts[1], ["gitVersion"] = Version });
            },
            cancellationToken);

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _ = ApiPath.Of(type, @namespace);
        var pending = new Queue<WatchEvent>();
        Selectors? selectors = null;
        var position = 0L;
        var generation = 0;
        var opened = await RunAsync(
            new("watch", type, @namespace, null, null, false, null),
            () =>
            {
                Require(type);
                selectors = Selectors.Parse(options.LabelSelector, options.FieldSelector);
                generation = watchGeneration;
                if (string.IsNullOrEmpty(options.ResourceVersion) || options.ResourceVersion == "0")
                {
                    position = store.Revision;
                    foreach (var item in store.All(type, @namespace).Where(selectors.Matches))
                    {
                        pending.Enqueue(new WatchEvent.Added((JsonObject)item.DeepClone()));
                    }
                }
                else
                {
                    position = long.TryParse(options.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw FakeRefusal.Invalid(type, "", "resourceVersion", $"Invalid value: \"{options.ResourceVersion}\"");
                }

                return Done([]);
            },
            cancellationToken).ConfigureAwait(false);
        if (opened is not ClusterReply.Done)
        {
            yield return opened is ClusterReply.Unavailable gone
                ? new WatchEvent.Broken(gone.Reason, gone.RetryAfter)
                : new WatchEvent.Error(((ClusterReply.Refused)opened).Status);
            yield break;
        }

        using var late = new CancellationTokenSource(options.Timeout, time);
        while (true)
        {
            Task changed;
            lock (gate)
            {
                changed = store.Changed;
                Collect(type, @namespace, selectors!, generation, ref position, pending);
            }

            while (pending.TryDequeue(out var next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return next;
                if (next is WatchEvent.Error or WatchEvent.Broken)
                {
                    yield break;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested)
            {
                if (options.AllowBookmarks)
                {
                    yield return new WatchEvent.Bookmark(position.ToString(CultureInfo.InvariantCulture));
                }

                yield break;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await changed.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Looked at above: time is up, or the caller has enough.
            }
        }
    }

    private Task<ClusterReply> RunAsync(ClusterCall call, Func<ClusterReply> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            calls.Add(call);
            if (failures.Find(each => each.When(call)) is { } failure)
            {
                if (--failure.Left == 0)
                {
                    failures.Remove(failure);
                }

                return Task.FromResult(failure.Answer);
            }

            if (call.Type is { } type && BrokenGroups.Contains(type.Group))
            {
                return Task.FromResult<ClusterReply>(new ClusterReply.Unavailable("503 ServiceUnavailable: the server is currently unable to handle the request"));
            }

            try
            {
                return Task.FromResult(run());
            }
            catch (FakeRefusal refusal)
            {
                return Task.FromResult<ClusterReply>(new ClusterReply.Refused(refusal.Status));
            }
        }
    }

    private static IEnumerable<string> Subresources(ResourceType type)
    {
        if (type == ResourceTypes.Pods)
        {
            return SubresourcesOfPods.Where(name => name != "log");
        }

        return (HasStatus(type) ? (string[])["status"] : []).Concat(type.Group == "apps" && WithScale.Contains(type.Plural) ? ["scale"] : []);
    }

    private static bool HasStatus(ResourceType type) => !WithoutStatus.Contains(type.Plural);

    private bool IsCustom(ResourceType type) => types.IndexOf(type) is var at && at > types.FindIndex(each => each.Plural == "horizontalpodautoscalers");

    private static JsonObject Success() => new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };

    private static JsonObject Body(ReadOnlyMemory<byte> json) =>
        Patches.Parse(json.Span) as JsonObject ?? throw FakeRefusal.BadRequest("the body of the request is no object");

    private static JsonNode? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonNode.Parse(json.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ClusterReply.Done Done(JsonObject item, IReadOnlyList<string>? warnings = null) =>
        new(ClusterWrites.Utf8(item)) { Warnings = warnings ?? [] };

    private sealed record Failure(ClusterReply Answer, Func<ClusterCall, bool> When)
    {
        public int Left { get; set; }
    }
}
