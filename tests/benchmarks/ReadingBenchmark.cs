using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using YamlDotNet.Core;

namespace SelfHealGitOps.Benchmarks;

/// <summary>Reading files and running every rule over them, against the YAML parser's events alone over the same files; one thread.</summary>
internal static class ReadingBenchmark
{
    public static void Run(string? corpora)
    {
        // Only what the parser alone gets through can be compared.
        var files = BenchmarkCorpus.Load(corpora).Where(file => TryEvents(file.Bytes)).ToList();
        var size = files.Sum(file => (long)file.Bytes.Length);
        var reader = new ManifestReader();
        var subject = new Subject();
        var found = new FindingList();
        var rules = new RuleSet(Catalogue.All);
        var findings = 0;

        void Reading(bool judges)
        {
            foreach (var (file, bytes) in files)
            {
                foreach (var reading in reader.Read(new SourceText(file, bytes), isNamed: true))
                {
                    if (!judges || reading.Kind != DocumentKind.Manifest)
                    {
                        continue;
                    }

                    foreach (var (root, item) in reading.Document.Manifests())
                    {
                        subject.Load(root, PolicySettings.Default);
                        rules.Check(subject, item, found);
                        findings += found.Count;
                    }
                }
            }
        }

        void Events()
        {
            foreach (var (_, bytes) in files)
            {
                TryEvents(bytes);
            }
        }

        Console.WriteLine($"{files.Count} files, {size} bytes, {Catalogue.All.Count} rules");
        var (read, readTime, eventTime) = Ratio.Of(() => Reading(judges: false), Events);
        Console.WriteLine($"reading / events                {read:0.00}   ({size / readTime.TotalSeconds / 1e6:0.0} MB/s; events {size / eventTime.TotalSeconds / 1e6:0.0} MB/s)");
        var (judged, judgedTime, _) = Ratio.Of(() => Reading(judges: true), Events);
        Console.WriteLine($"reading and all rules / events  {judged:0.00}   ({size / judgedTime.TotalSeconds / 1e6:0.0} MB/s)   goal 1.30");
    }

    private static bool TryEvents(byte[] bytes)
    {
        try
        {
            var parser = new Parser(new Scanner(new StreamReader(new MemoryStream(bytes)), skipComments: true));
            while (parser.MoveNext())
            {
            }

            return true;
        }
        catch (YamlException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
