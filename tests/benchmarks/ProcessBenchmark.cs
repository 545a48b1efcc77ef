using System.Diagnostics;

namespace SelfHealGitOps.Benchmarks;

/// <summary>The command as a whole process, published ReadyToRun, against an empty program published alike.</summary>
internal static class ProcessBenchmark
{
    private const string Sample = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: nginx:latest

        """;

    public static void Run(string? corpora)
    {
        var selfheal = Path.Combine(BenchmarkCorpus.Checkout, "artifacts", "bench", "selfheal", "selfheal");
        var empty = Path.Combine(BenchmarkCorpus.Checkout, "artifacts", "bench", "empty", "empty");
        if (!File.Exists(selfheal) || !File.Exists(empty))
        {
            Console.WriteLine("not published, so not measured: 'make bench' publishes both programs first");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("selfheal-bench-");
        try
        {
            var file = Path.Combine(folder.FullName, "web.yaml");
            File.WriteAllText(file, Sample);
            var (ratio, ours, theirs) = Ratio.Of(() => Start(selfheal, "scan", "-o", "json", file), () => Start(empty), rounds: 41);
            Console.WriteLine($"scan of one file / empty program    {ratio:0.00}   ({ours.TotalMilliseconds:0} ms; empty {theirs.TotalMilliseconds:0} ms)   goal 3.00");

            var many = Directory.CreateDirectory(Path.Combine(folder.FullName, "many")).FullName;
            var smallest = BenchmarkCorpus.Load(corpora).OrderBy(each => each.Bytes.Length).Take(278).ToList();
            for (var i = 0; i < smallest.Count; i++)
            {
                File.WriteAllBytes(Path.Combine(many, $"{i:000}.yaml"), smallest[i].Bytes);
            }

            var (_, all, _) = Ratio.Of(() => Start(selfheal, "scan", "-o", "json", many), () => Start(empty), rounds: 21);
            Console.WriteLine($"scan of the {smallest.Count} smallest files       {all.TotalSeconds:0.000} s   goal 0.150 s");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
    }
}
