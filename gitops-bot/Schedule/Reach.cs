using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>How far changes of a repository's objects reach: by the cluster where one is configured, else as Git declares it. One for each pass.</summary>
internal sealed class Reach
{
    /// <summary>That cannot run where no cluster is configured: known before anything is proved, so that a change has its tier from the start.</summary>
    private static readonly string[] GatesOfCluster = [Verify.Gates.Schema, Verify.Gates.DryRun, Verify.Gates.Rollback];

    private readonly BaseScan scan;
    private readonly HealingSettings settings;
    private readonly ManifestIndex index;
    private readonly FanOutReader fanOut;
    private readonly LiveGraphReader? live;

    private Reach(BaseScan scan, HealingSettings settings, ManifestIndex index, FanOutReader fanOut)
    {
        (this.scan, this.settings, this.index, this.fanOut) = (scan, settings, index, fanOut);
        live = settings.Cluster is { } cluster ? new(cluster.Api) : null;
    }

    public static async Task<Reach> ReadAsync(BaseScan scan, HealingSettings settings, CancellationToken cancellationToken)
    {
        // Nothing is excluded: what no scan looks at feeds and is fed all the same.
        var files = scan.Files;
        var index = ManifestIndex.Read(files, scan.Result.Readings, cancellationToken);
        ArgoApplications applications = settings.Cluster is { } cluster
            ? await ArgoApplications.ReadAsync(cluster.Api, cancellationToken)
            : new ArgoApplications.NotAsked();
        var repository = new IndexedRepository(
            settings.Repository, [settings.Address, settings.Remote.Text], scan.Branch.Text, DefaultBranch: null, scan.Folder, index);
        return new(scan, settings, index, new(repository, Kustomizations.Read(files), applications));
    }

    /// <summary>What can be asked about a file's objects without knowing yet what is done to them.</summary>
    public async Task<FileReach> OfFileAsync(FileScan file, CancellationToken cancellationToken)
    {
        var objects = new Dictionary<(int, int?), (SetObject Target, LiveGraph Graph, NamespaceClass? Namespace)>();
        foreach (var each in index.File(file.File)?.Objects ?? [])
        {
            var place = (each.Origin.Document, each.Origin.Item);
            if (!file.Findings.Any(finding => (finding.Origin.Document, finding.Origin.Item) == place))
            {
                continue;
            }

            var @namespace = each.Namespace.Length > 0 ? each.Namespace : settings.Cluster?.DefaultNamespace;
            var graph = live is null
                ? DeclaredGraph.Of(scan.Set, each, @namespace, [])
                : await live.ReadAsync(each, await IsClusterWideAsync(each, cancellationToken) ? null : @namespace, [], cancellationToken);
            objects[place] = (each, graph, await ClassAsync(each, @namespace, cancellationToken));
        }

        return new(objects, fanOut.Of(file.File), live is null, live is null ? GatesOfCluster : []);
    }

    private async Task<NamespaceClass?> ClassAsync(SetObject target, string? @namespace, CancellationToken cancellationToken)
    {
        if (await IsClusterWideAsync(target, cancellationToken))
        {
            return settings.Namespaces.Of(target is { Group: "", Kind: "Namespace" } ? target.Name : null, labels: null);
        }

        // Without a cluster, an object that names no namespace goes to one that nobody knows here, and without its labels.
        return settings.Namespaces.Of(
            @namespace ?? "default",
            live is null ? new Dictionary<string, string>() : await live.LabelsAsync(@namespace ?? "default", cancellationToken));
    }

    private async Task<bool> IsClusterWideAsync(SetObject target, CancellationToken cancellationToken) =>
        ClusterWide.Contains(target.Kind)
        || (settings.Cluster is { } cluster && await cluster.DiscoverAsync(cancellationToken) is SelfHealGitOps.Cluster.DiscoveryReply.Found found
            && found.Discovery.Find(target.Identity.ApiVersion, target.Kind) is { Type.IsNamespaced: false });

    private static readonly HashSet<string> ClusterWide = new(StringComparer.Ordinal)
    {
        "Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass", "PriorityClass", "IngressClass", "RuntimeClass",
        "CustomResourceDefinition", "APIService", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CSIDriver",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "PodSecurityPolicy",
    };
}

/// <summary>How far changes of one file's objects reach.</summary>
internal sealed class FileReach(
    IReadOnlyDictionary<(int Document, int? Item), (SetObject Target, LiveGraph Graph, NamespaceClass? Namespace)> objects,
    GitFanOut git, bool isDeclaredOnly, IReadOnlyList<string> gatesNotRun)
{
    /// <param name="fixes">Of one object.</param>
    public Change Of(IReadOnlyList<ProposedFix> fixes)
    {
        var finding = fixes[0].Finding;
        SelfHealGitOps.Manifests.Edit[] edits = [.. fixes.SelectMany(fix => fix.Fix.Edits)];
        var change = new Change
        {
            Kinds = ChangeKinds.Of(finding.Object.Kind, edits),
            Git = git,
            IsDeclaredOnly = isDeclaredOnly,
            GatesNotRun = gatesNotRun,

            // What a model would have run: a probe, a hook or an argument may hold any command.
            Commands = [.. fixes.Where(fix => fix.By == Proposer.Model).SelectMany(fix => fix.Fix.Edits).Select(TextOf).OfType<string>()],
        };
        return objects.TryGetValue((finding.Origin.Document, finding.Origin.Item), out var known)
            ? change with
            {
                Namespace = known.Namespace,
                Live = known.Target.HasPod ? known.Graph with { NeedsRestart = Restart.IsNeeded(known.Target, edits) } : known.Graph,
            }
            : change;
    }

    private static string? TextOf(SelfHealGitOps.Manifests.Edit edit) => edit switch
    {
        SelfHealGitOps.Manifests.Edit.Set set => set.Value.ToJson().ToJsonString(),
        SelfHealGitOps.Manifests.Edit.Append append => append.Value.ToJson().ToJsonString(),
        _ => null,
    };
}
