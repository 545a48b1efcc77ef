using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>Every fix of the engine over manifests of other projects, before the gates. Figures are printed; only what is certain is asserted.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    [CorpusFact]
    public Task Every_fix_of_the_engine_is_judged_offline() => RunAsync(cluster: null);

    [CorpusClusterFact]
    public async Task Every_fix_of_the_engine_is_judged_by_a_real_server()
    {
        var access = Assert.IsType<KubeconfigReading.Accepted>(Kubeconfig.Load()).Access;
        using var api = new KubernetesApi(access, TimeProvider.System);

        // Without their namespaces, a server would look at hardly any of them. Pods of them are never made: all is dry.
        var made = new List<string>();
        try
        {
            foreach (var @namespace in Namespaces())
            {
                var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = @namespace } };
                if (await api.CreateAsync(ResourceTypes.Namespaces, null, body, WriteOptions.Default, CancellationToken.None) is ClusterReply.Done)
                {
                    made.Add(@namespace);
                }
            }

            await RunAsync(new ClusterTarget("test", api));
        }
        finally
        {
            foreach (var @namespace in made)
            {
                await api.DeleteAsync(new(ResourceTypes.Namespaces, null, @namespace), DeleteOptions.Default, CancellationToken.None);
            }
        }
    }

    private static List<string> Namespaces()
    {
        var reader = new ManifestReader();
        return
        [
            .. Directory.EnumerateFiles(CorpusFactAttribute.Folder!, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .SelectMany(path => FileReading.Read(reader, new SourceText(Path.GetFileName(path), File.ReadAllBytes(path)), isNamed: false).Objects)
                .Select(each => each.Namespace).Where(each => each.Length > 0).Distinct(StringComparer.Ordinal),
        ];
    }

    private async Task RunAsync(ClusterTarget? cluster)
    {
        var rules = PolicyConfiguration.Standard(Catalogue.All).SetOf(BuiltInProfiles.Default);
        var settings = PolicySettings.Default with
        {
            Defaults = new OwnerDefaults { CpuRequest = "100m", CpuLimit = "1", MemoryRequest = "128Mi", MemoryLimit = "256Mi", RunAsUser = 10001, TtlSecondsAfterFinished = 3600 },
        };
        var reader = new ManifestReader();
        var files = Directory.EnumerateFiles(CorpusFactAttribute.Folder!, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var durations = Gates.All.ToDictionary(gate => gate, _ => new List<double>());
        var statuses = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var refusals = new List<string>();
        var whys = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var verifier = new Verifier(TimeProvider.System);
        var (proposals, accepted) = (0, 0);
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            var bytes = await File.ReadAllBytesAsync(path);
            var reading = FileReading.Read(reader, new SourceText(name, bytes), isNamed: false);
            var around = new Surroundings(rules, settings, ObjectSet.Of(reading.Objects), Proposals.Now) { Cluster = cluster };
            if (Proposals.Mended(bytes, around, name) is not { } proposal)
            {
                continue;
            }

            proposals++;
            var verification = await verifier.VerifyAsync(proposal, around, CancellationToken.None);
            var results = Proposals.Results(verification);
            foreach (var result in results)
            {
                durations[result.Gate].Add(result.Duration.TotalMilliseconds);
                var key = $"{result.Gate} {result.Status}";
                statuses[key] = statuses.GetValueOrDefault(key) + 1;
                if (result.Status is GateStatus.NotRun && cluster is not null)
                {
                    var why = $"{result.Gate}: {Cut(result.Message)}";
                    whys[why] = whys.GetValueOrDefault(why) + 1;
                }
            }

            if (verification is Verification.Refused refused)
            {
                refusals.Add($"{refused.Gate} {refused.Refusal.Code} {name}: {refused.Refusal.Message}");
            }
            else
            {
                accepted++;
            }

            // What the engine mends it has verified itself, so these may not fail.
            Assert.True(results[0].Status == GateStatus.Passed, $"{name}: {results[0].Message}");
            Assert.True(results[2].Status == GateStatus.Passed, $"{name}: {results[2].Message}");
            Assert.True(results[6].Status != GateStatus.Failed, $"{name}: {results[6].Message}");
        }

        output.WriteLine($"{files.Count} files, {proposals} proposals, {accepted} accepted, {refusals.Count} refused, new findings 0");
        foreach (var (key, count) in statuses)
        {
            output.WriteLine($"{key}: {count}");
        }

        foreach (var group in refusals.GroupBy(refusal => refusal.Split(' ')[0] + " " + refusal.Split(' ')[1]))
        {
            output.WriteLine($"refused {group.Key}: {group.Count()}");
        }

        foreach (var (gate, times) in durations.Where(each => each.Value.Count > 0))
        {
            times.Sort();
            output.WriteLine($"{gate}: P50 {times[times.Count / 2]:0.00} ms, P95 {times[(int)(times.Count * 0.95)]:0.00} ms");
        }

        foreach (var line in refusals.Concat(whys.Select(why => $"{why.Value} × {why.Key}")))
        {
            output.WriteLine(line);
        }

        Assert.True(proposals > 0);
    }

    private static string Cut(string text)
    {
        var at = text.IndexOf(';', StringComparison.Ordinal);
        text = at < 0 ? text : text[(at + 1)..];
        return text.Length < 140 ? text : text[..140];
    }
}

/// <summary>A fact over the corpus of manifests; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "the corpus 'manifests' is not on this machine; name the folder of the corpora in SELFHEAL_CORPORA";
        }
    }

    public static string? Folder { get; } =
        Environment.GetEnvironmentVariable("SELFHEAL_CORPORA") is { Length: > 0 } root && Directory.Exists(Path.Combine(root, "manifests")) ? Path.Combine(root, "manifests") : null;
}

/// <summary>The same against the cluster that KUBECONFIG names.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorpusClusterFactAttribute : CorpusFactAttribute
{
    public CorpusClusterFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            Skip = "KUBECONFIG names no cluster";
        }
    }
}
