using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Tests.Schedule;

internal static class Changes
{
    /// <summary>As little as a change can be.</summary>
    public static Change Lightest { get; } = new()
    {
        Kinds = [ChangeKind.Metadata],
        Namespace = NamespaceClass.Development,
        Live = LiveGraph.Alone,
        Git = GitFanOut.Single,
    };

    private static readonly string[] FlagTexts = ["--force", "--all", "--grace-period=0", "--grace-period 30", "--cascade=orphan", "-A", "--dry-run=server", "--what-is-this"];

    private static Gen<IReadOnlyList<string>?> Names { get; } = Gen.Frequency(
        (1, Gen.Constant<IReadOnlyList<string>?>(null)),
        (5, from count in Gen.Choose(0, 45)
            from seed in Gen.Choose(0, 1000)
            select (IReadOnlyList<string>?)Enumerable.Range(0, count).Select(i => $"name-{(i + seed) % 60}").ToList()));

    private static Gen<Disruption> Headrooms { get; } =
        from allowed in Gen.Frequency((1, Gen.Constant<int?>(null)), (4, Gen.Choose(0, 30).Select(count => (int?)count)))
        from unguarded in Gen.Elements(false, true)
        select new Disruption(allowed, unguarded || allowed is null);

    private static Gen<LiveGraph> Graphs { get; } =
        from replicas in Gen.Frequency((1, Gen.Constant<int?>(null)), (5, Gen.Choose(0, 60).Select(count => (int?)count)))
        from restart in Gen.Elements<bool?>(null, false, true)
        from disruption in Gen.Frequency((1, Gen.Constant<Disruption?>(null)), (1, Gen.Constant<Disruption?>(Disruption.NoPods)), (6, Headrooms.Select(each => (Disruption?)each)))
        from autoscaler in Gen.Elements<bool?>(null, false, true)
        from services in Names
        from ingresses in Names
        from consumers in Names
        from claims in Names
        select new LiveGraph
        {
            Replicas = replicas,
            NeedsRestart = restart,
            Disruption = disruption,
            HasAutoscaler = autoscaler,
            Services = services,
            Ingresses = ingresses,
            Consumers = consumers,
            Claims = claims,
        };

    public static Gen<Change> Any { get; } =
        from kinds in Gen.Elements(Enum.GetValues<ChangeKind>()).ArrayOf()
        from verb in Gen.Elements<string?>([null, null, "no-such-verb", .. VerbBase.All.Select(entry => entry.Verb)])
        from flags in Gen.Elements(FlagTexts).ArrayOf()
        from @namespace in Gen.Elements<NamespaceClass?>([null, .. Enum.GetValues<NamespaceClass>()])
        from live in Gen.Frequency((1, Gen.Constant(LiveGraph.Alone)), (4, Graphs))
        from overlays in Names
        from applications in Names
        from clusters in Names
        from gates in Gen.Elements("schema", "dry-run", "safety").ArrayOf()
        from deletes in Gen.Frequency((6, Gen.Constant<string[]>([])), (1, Gen.Elements<string[]>(["ns"], ["Pod"], ["pvc", "Pod"])))
        from commands in Gen.Frequency((8, Gen.Constant<string[]>([])), (1, Gen.Elements<string[]>(["kubectl get pods -A"], ["kubectl delete pod web --force"])))
        from declared in Gen.Elements(false, false, false, true)
        select new Change
        {
            Kinds = kinds,
            Verb = verb,
            Flags = flags,
            Namespace = @namespace,
            Live = live,
            Git = new() { Overlays = overlays, Applications = applications, Clusters = clusters },
            GatesNotRun = gates,
            Deletes = deletes,
            Commands = commands,
            IsDeclaredOnly = declared,
        };
}
