using System.Text.Json;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Benchmarks;

/// <summary>Reading an AdmissionReview and running every rule over its object, against <see cref="JsonDocument"/> alone.</summary>
internal static class AdmissionBenchmark
{
    public static void Run()
    {
        if (BenchmarkCorpus.Reviews is not { } folder)
        {
            Console.WriteLine("no admission reviews beside the checkout: not measured");
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            Measure(Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
        }
    }

    private static void Measure(string name, byte[] bytes)
    {
        const int Repeats = 2000;
        var source = new SourceText(name, bytes);
        var document = new FlatDocument();
        var reader = new JsonReader();
        var subject = new Subject();
        var found = new FindingList();
        var rules = new RuleSet(Catalogue.All);

        void Judge()
        {
            reader.Read(document, source, 0, 0);
            var root = document.Root[Name.Request][Name.Object];
            subject.Load(root, PolicySettings.Default);
            rules.Check(subject, null, found);
        }

        Judge();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Judge();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var (ratio, ours, _) = Ratio.Of(
            () =>
            {
                for (var i = 0; i < Repeats; i++)
                {
                    Judge();
                }
            },
            () =>
            {
                for (var i = 0; i < Repeats; i++)
                {
                    JsonDocument.Parse(bytes).Dispose();
                }
            });
        Console.WriteLine($"{name,-16} {bytes.Length,7} bytes  reading and all rules / JsonDocument.Parse  {ratio:0.00}   {ours.TotalMicroseconds / Repeats:0.0} us, {allocated} bytes allocated, {found.Count} findings   goal 1.50, 0 bytes where none is found");
    }
}
