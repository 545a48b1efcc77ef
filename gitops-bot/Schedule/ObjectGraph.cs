using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Who hangs on an object, among the objects of a namespace or of a repository. Pure: of what is not among them it knows
/// nothing, but which kinds nobody could list.
/// </summary>
/// <param name="namespaces">Where its neighbours are; the empty one for objects that name none.</param>
/// <param name="unknown">Kinds of which nothing is known: each question that needs them is answered with null.</param>
/// <param name="isDeclared">The objects are those of files: they have no status, and pods are counted as they are wanted.</param>
internal sealed class ObjectGraph(ObjectSet set, IReadOnlyList<string> namespaces, IReadOnlySet<string> unknown, bool isDeclared)
{
    /// <summary>Kinds that make pods, as far as neighbours are looked for among them.</summary>
    public static readonly string[] WorkloadKinds =
        ["Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "Rollout"];

    private static readonly string[] Routes = ["HTTPRoute", "GRPCRoute"];

    // More claims than this say no more.
    private const int MostClaims = 100;

    private readonly Lazy<Dictionary<string, SetObject>> byUid = new(() => namespaces.SelectMany(set.PodsIn).Select(pod => pod.Owner).Distinct()
        .Where(each => UidOf(each) is not null).GroupBy(each => UidOf(each)!).ToDictionary(group => group.Key, group => group.First()));

    private bool KnowsWorkloads => !WorkloadKinds.Any(unknown.Contains);

    /// <param name="target">The object as its file has it.</param>
    /// <param name="live">The same in the cluster; null where it is not there.</param>
    public LiveGraph Of(SetObject target, SetObject? live, IReadOnlyList<Edit> edits)
    {
        if (Reach(target, live) is not { } reach)
        {
            return LiveGraph.Unknown with { NeedsRestart = Restart.IsNeeded(target, edits) is true ? true : null };
        }

        // The file's object is the live one's double.
        SetObject RootFor(SetPod pod) => pod.Owner == target && live is not null ? live : RootOf(pod.Owner);
        List<SetObject> roots = [.. reach.Select(RootFor).DistinctBy(KeyOf)];
        var isWhole = target.HasPod || KnowsWorkloads;
        var pods = isWhole ? Pods(reach, RootFor) : null;
        var replicas = Sum(pods);
        var services = unknown.Contains("Service") ? null : ServicesOf(target, reach);
        return new()
        {
            Replicas = replicas,
            Pods = pods,
            NeedsRestart = target.HasPod ? Restart.IsNeeded(target, edits) : !isWhole ? null : Reloads(target, roots),
            Disruption = !isWhole || unknown.Contains("PodDisruptionBudget") ? null : DisruptionOf(replicas, reach, some => Sum(Pods(some, RootFor))),
            HasAutoscaler = !isWhole || unknown.Contains("HorizontalPodAutoscaler") ? null : target.Kind is "HorizontalPodAutoscaler" or "ScaledObject" || roots.Any(HasAutoscaler),
            Services = isWhole ? services?.Select(NameOf).ToList() : null,
            Ingresses = !isWhole || services is null || unknown.Contains("Ingress") || Routes.Any(unknown.Contains) ? null : IngressesOf(target, services),
            Consumers = !IsShared(target) ? [] : isWhole && !unknown.Contains("ServiceAccount") ? ConsumersOf(target, roots) : null,
            Claims = isWhole ? ClaimsOf(target, roots, reach) : null,
        };
    }

    /// <summary>Of an object of the cluster whose pods an action takes away; of a pod, that one alone.</summary>
    public LiveGraph OfRunning(SetObject live)
    {
        // Both are the same, so that a pod is not taken for all those of its controller.
        var own = Of(live, live, []) with { NeedsRestart = true };
        return live.Kind != "Pod" || own.HasAutoscaler is null ? own
            : own with { HasAutoscaler = KnowsWorkloads ? HasAutoscaler(RootOf(live)) : null };
    }

    private static bool IsShared(SetObject target) =>
        target is { Group: "", Kind: "ConfigMap" or "Secret" or "ServiceAccount" or "PersistentVolumeClaim" or "Namespace" or "ResourceQuota" or "LimitRange" }
        || target.Kind == "RoleBinding";

    /// <summary>The pods, and the templates of pods, that the object bears on; null for a kind of which that is not known.</summary>
    private List<SetPod>? Reach(SetObject target, SetObject? live)
    {
        if (target.HasPod)
        {
            var key = live is null ? null : UidOf(live);
            return
            [
                .. Templates(target), .. live is null ? [] : Templates(live),
                .. key is null ? [] : Neighbours().Where(pod => pod.Owner != live && UidOf(RootOf(pod.Owner)) == key),
            ];
        }

        var spec = target.Root[Name.Spec];
        return target switch
        {
            { Group: "", Kind: "Service" } => Selected(spec[Name.Selector] is { Count: > 0 } labels ? LabelSelector.OfLabels(labels) : null),
            { Group: "policy", Kind: "PodDisruptionBudget" } => Selected(spec[Name.Selector].Exists ? LabelSelector.Of(spec[Name.Selector]) : null),
            { Kind: "NetworkPolicy" } => Selected(LabelSelector.Of(spec[Name.PodSelector])),
            { Kind: "HorizontalPodAutoscaler" or "ScaledObject" } =>
                [.. Neighbours().Where(pod => RootOf(pod.Owner) is var root && root.Name == spec[Name.ScaleTargetRef][Name.Name].Text && root.Kind == (spec[Name.ScaleTargetRef][Name.Kind].Text ?? "Deployment"))],
            { Kind: "Ingress" or "HTTPRoute" or "GRPCRoute" } => [.. Neighbours().Where(pod => All("Service").Any(service => LeadsTo(target, service) && Selects(service, pod)))],
            { Group: "", Kind: "ConfigMap" or "ServiceAccount" or "PersistentVolumeClaim" } => Using(target.Kind, target.Name),
            { Group: "", Kind: "Secret" } => [.. Using("Secret", target.Name), .. AccountsWith(target.Name).SelectMany(account => Using("ServiceAccount", account))],
            { Kind: "RoleBinding" } => [.. AccountsOf(target).SelectMany(account => Using("ServiceAccount", account))],
            { Group: "", Kind: "Namespace" or "ResourceQuota" or "LimitRange" } => [.. Neighbours()],
            _ => null,
        };
    }

    private IEnumerable<SetPod> Neighbours() => namespaces.SelectMany(set.PodsIn);

    private IEnumerable<SetObject> All(string kind) => namespaces.SelectMany(each => set.OfKindIn(kind, each));

    private List<SetPod> Selected(LabelSelector? selector) => selector is { } known ? [.. namespaces.SelectMany(each => set.PodsMatching(each, known))] : [];

    private List<SetPod> Using(string kind, string name) => [.. Neighbours().Where(pod => PodReferences.Uses(pod.Template.Spec, kind, name))];

    private static IEnumerable<SetPod> Templates(SetObject each) => each.Pods.Select(template => new SetPod(each, template));

    /// <summary>Accounts whose pods get the Secret without naming it.</summary>
    private IEnumerable<string> AccountsWith(string secret) => All("ServiceAccount")
        .Where(account => PodReferences.Names(account.Root[Name.ImagePullSecrets], secret) || PodReferences.Names(account.Root[Name.Secrets], secret))
        .Select(account => account.Name);

    private static List<string> AccountsOf(SetObject binding)
    {
        var accounts = new List<string>();
        foreach (var subject in binding.Root[Name.Subjects].Elements)
        {
            if (subject[Name.Kind].Text == "ServiceAccount")
            {
                accounts.Add(subject[Name.Name].Text ?? "");
            }
        }

        return accounts;
    }

    /// <summary>How many each workload has of these pods; null where that is not known.</summary>
    private Dictionary<string, int>? Pods(List<SetPod> reach, Func<SetPod, SetObject> rootFor)
    {
        var running = reach
            .Where(pod => pod.Owner.Kind == "Pod" && UidOf(pod.Owner) is not null && pod.Owner.Root[Name.Status]["phase"].Text is not ("Succeeded" or "Failed"))
            .DistinctBy(pod => UidOf(pod.Owner))
            .CountBy(pod => KeyOf(rootFor(pod)))
            .ToDictionary(StringComparer.Ordinal);
        var pods = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var root in reach.Select(rootFor).DistinctBy(KeyOf))
        {
            var count = running.GetValueOrDefault(KeyOf(root));
            int? known =
                // How many nodes there are, no file says.
                isDeclared ? root.Kind == "DaemonSet" ? null : (int)Math.Min(int.MaxValue, Wanted(root))
                : unknown.Contains("Pod") ? root.Kind == "Pod" ? 1 : Running(root)
                : root.Kind == "Pod" ? count : Math.Max(count, Running(root) ?? 0);
            if (known is not { } number)
            {
                return null;
            }

            pods.Add(KeyOf(root), number);
        }

        return pods;
    }

    private static int? Sum(Dictionary<string, int>? pods) => pods is null ? null : (int)Math.Min(int.MaxValue, pods.Values.Sum(count => (long)count));

    private static long Wanted(SetObject root) => root.Kind switch
    {
        "Pod" or "CronJob" => 1,
        "Job" => root.Root[Name.Spec][Name.Parallelism].Integer ?? 1,
        _ => Math.Max(0, root.Root[Name.Spec][Name.Replicas].Integer ?? 1),
    };

    /// <summary>As the object's status has it; null where it says nothing.</summary>
    private static int? Running(SetObject root)
    {
        var status = root.Root[Name.Status];
        return root.Kind switch
        {
            _ when !status.Exists => null,
            "DaemonSet" => (int?)status["currentNumberScheduled"].Integer ?? 0,
            "Job" => (int?)status["active"].Integer ?? 0,
            "CronJob" => status["active"].Count,
            _ => (int?)status[Name.Replicas].Integer ?? 0,
        };
    }

    /// <summary>
    /// Each budget is held against those of the pods that it selects, and not against what else it may select: pods that
    /// the change does not bear on lend it no headroom.
    /// </summary>
    /// <param name="count">How many run of some of the pods; null where that is not known.</param>
    private Disruption DisruptionOf(int? replicas, List<SetPod> reach, Func<List<SetPod>, int?> count)
    {
        if (reach.Count == 0 || replicas == 0)
        {
            return Disruption.NoPods;
        }

        int? least = null;
        var isGuarded = new bool[reach.Count];
        foreach (var budget in All("PodDisruptionBudget"))
        {
            if (budget.Root[Name.Spec][Name.Selector] is not { Exists: true } written)
            {
                continue;
            }

            var selector = LabelSelector.Of(written);
            var own = new List<SetPod>();
            for (var i = 0; i < reach.Count; i++)
            {
                if (selector.Matches(reach[i].Labels))
                {
                    isGuarded[i] = true;
                    own.Add(reach[i]);
                }
            }

            if (own.Count > 0 && count(own) is var pods && pods != 0)
            {
                least = Math.Min(least ?? int.MaxValue, AllowedOf(budget, pods));
            }
        }

        return new(least, isGuarded.Contains(false));
    }

    private int AllowedOf(SetObject budget, int? pods)
    {
        var declared = Declared(budget.Root[Name.Spec], pods);
        var status = budget.Root[Name.Status];
        return isDeclared ? declared
            // With a pod down, room is what comes back with it, and none that a change may take.
            : status["currentHealthy"].Integer < status["expectedPods"].Integer ? 0
            : (int)Math.Clamp(status["disruptionsAllowed"].Integer ?? 0, 0, declared);
    }

    /// <summary>What a budget would let go if all pods ran. Percents are rounded up, as the API server does.</summary>
    private static int Declared(Field spec, int? pods)
    {
        if (pods is not { } count)
        {
            return 0;
        }

        var allowed = IntOrPercent.TryRead(spec[Name.MaxUnavailable], out var most) ? Amount(most)
            : IntOrPercent.TryRead(spec[Name.MinAvailable], out var least) ? count - Amount(least)
            : 0;
        return (int)Math.Clamp(allowed, 0, count);

        long Amount(IntOrPercent value) => value.IsPercent ? ((value.Amount * count) + 99) / 100 : value.Amount;
    }

    private bool HasAutoscaler(SetObject root) =>
        namespaces.SelectMany(each => set.ScalersOf(each, root.Name)).Any(scaler => (scaler.Root[Name.Spec][Name.ScaleTargetRef][Name.Kind].Text ?? "Deployment") == root.Kind);

    /// <summary>Where something watches configuration and restarts pods for it, their annotations say so.</summary>
    private static bool Reloads(SetObject target, List<SetObject> roots) => target is { Group: "", Kind: "ConfigMap" or "Secret" } && roots.Exists(root =>
    {
        foreach (var annotation in root.Root[Name.Metadata][Name.Annotations].Entries)
        {
            if (annotation.Key.Contains("reloader", StringComparison.OrdinalIgnoreCase) || annotation.Key.Contains("wave.pusher.com", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    });

    private List<SetObject> ServicesOf(SetObject target, List<SetPod> reach) =>
    [
        .. All("Service").Where(service => service.Group.Length == 0
            && ((target.Kind is "Service" or "Namespace" && (target.Kind == "Namespace" || service.Name == target.Name)) || LeadsTo(target, service) || reach.Any(pod => Selects(service, pod)))),
    ];

    private static bool Selects(SetObject service, SetPod pod) =>
        service.Root[Name.Spec][Name.Selector] is { Count: > 0 } selector && LabelSelector.OfLabels(selector).Matches(pod.Labels);

    private List<string> IngressesOf(SetObject target, List<SetObject> services) =>
    [
        .. All("Ingress").Concat(Routes.SelectMany(set.OfKind))
            .Where(each => KeyOf(each) == KeyOf(target) || (target is { Group: "", Kind: "Secret" } && TlsNames(each, target.Name)) || services.Any(service => LeadsTo(each, service)))
            .Select(KeyOf).Distinct(),
    ];

    private static bool TlsNames(SetObject ingress, string secret)
    {
        foreach (var entry in ingress.Root[Name.Spec][Name.Tls].Elements)
        {
            if (entry[Name.SecretName].Text == secret)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an Ingress, of whichever version, or a Gateway route names a Service behind it.</summary>
    private static bool LeadsTo(SetObject front, SetObject service)
    {
        var spec = front.Root[Name.Spec];
        if (front.Kind == "Ingress")
        {
            if (!IsHere(front.Namespace, service) || Backs(spec[Name.DefaultBackend], service) || Backs(spec[Name.Backend], service))
            {
                return IsHere(front.Namespace, service);
            }

            foreach (var rule in spec[Name.Rules].Elements)
            {
                foreach (var path in rule[Name.Http][Name.Paths].Elements)
                {
                    if (Backs(path[Name.Backend], service))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        if (!Routes.Contains(front.Kind, StringComparer.Ordinal))
        {
            return false;
        }

        foreach (var rule in spec[Name.Rules].Elements)
        {
            foreach (var backend in rule["backendRefs"].Elements)
            {
                if (backend[Name.Name].Text == service.Name && (backend[Name.Kind].Text ?? "Service") == "Service" && IsHere(backend[Name.Namespace].Text ?? front.Namespace, service))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>In files, what names no namespace may be in any of those that are looked at.</summary>
    private static bool IsHere(string @namespace, SetObject service) => @namespace == service.Namespace || @namespace.Length == 0 || service.Namespace.Length == 0;

    private static bool Backs(Field backend, SetObject service) =>
        backend.Exists && (backend[Name.Service][Name.Name].Text == service.Name || backend[Name.ServiceName].Text == service.Name);

    private List<string> ConsumersOf(SetObject target, List<SetObject> roots) =>
    [
        .. roots.Select(KeyOf),
        .. target is { Group: "", Kind: "Secret" } ? All("Ingress").Where(ingress => TlsNames(ingress, target.Name)).Select(KeyOf) : [],
    ];

    private List<string> ClaimsOf(SetObject target, List<SetObject> roots, List<SetPod> reach)
    {
        var claims = reach.SelectMany(pod => PodReferences.Claims(pod.Template.Spec).Select(claim => NameOf(pod.Owner, claim))).ToHashSet(StringComparer.Ordinal);
        if (target is { Group: "", Kind: "PersistentVolumeClaim" })
        {
            claims.Add(NameOf(target));
        }

        foreach (var root in roots)
        {
            foreach (var template in root.Root[Name.Spec][Name.VolumeClaimTemplates].Elements)
            {
                var count = Math.Max(Wanted(root), isDeclared ? 0 : Running(root) ?? 0);
                for (var i = 0; i < count && claims.Count < MostClaims; i++)
                {
                    claims.Add(NameOf(root, FormattableString.Invariant($"{template[Name.Metadata][Name.Name].Text}-{root.Name}-{i}")));
                }
            }
        }

        return [.. claims];
    }

    /// <summary>The end of an object's owners, as far as they are here.</summary>
    private SetObject RootOf(SetObject each)
    {
        // Eight: owners may go in a ring.
        for (var links = 0; links < 8 && OwnerUid(each) is { } uid && byUid.Value.TryGetValue(uid, out var owner); links++)
        {
            each = owner;
        }

        return each;
    }

    private static string? OwnerUid(SetObject each)
    {
        foreach (var owner in each.Root[Name.Metadata][Name.OwnerReferences].Elements)
        {
            if (owner[Name.Controller].IsTrue)
            {
                return owner[Name.Uid].Text;
            }
        }

        return null;
    }

    private static string? UidOf(SetObject each) => each.Root[Name.Metadata][Name.Uid].Text;

    private static string KeyOf(SetObject each) => $"{each.Kind} {NameOf(each)}";

    private static string NameOf(SetObject each) => NameOf(each, each.Name);

    private static string NameOf(SetObject near, string name) => near.Namespace.Length == 0 ? name : $"{near.Namespace}/{name}";
}
