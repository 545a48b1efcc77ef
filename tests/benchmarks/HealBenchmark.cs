using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Benchmarks;

/// <summary>
/// A repository of ten thousand manifests, a hundred of which want a fix: passes of the command as a process, against a
/// clone of the same repository by git, and against reading its files once. All of them in turn, in one run, so that what
/// the machine does meanwhile befalls all; the median of the rounds counts. CPU time, of git's processes too, is the
/// steady figure; what is by the clock depends on who else computes.
/// </summary>
internal sealed class HealBenchmark(string root)
{
    private const int Manifests = 10_000;

    /// <summary>Every so many manifests one lacks a field.</summary>
    private const int FindingEvery = 100;

    private const int Rounds = 3;

    /// <summary>After which no round is begun.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    private static readonly string Command = Path.Combine(BenchmarkCorpus.Checkout, "artifacts", "bench", "selfheal", "selfheal");

    private static readonly string[] Works = [Clone, Read, "scan of the files", First, "pass, nothing changed", "pass, one file changed", Later];

    private const string Clone = "git clone";
    private const string Read = "reading the files once";
    private const string First = "first pass";
    private const string Later = "pass of the daemon, one file changed";

    private readonly Dictionary<string, List<Usage>> measured = Works.ToDictionary(work => work, _ => new List<Usage>());

    public static void Run()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Command))
        {
            Console.WriteLine("not published, or no Linux: passes not measured; 'make bench-heal' publishes the command first");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("selfheal-bench-");
        try
        {
            new HealBenchmark(folder.FullName).Measure();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Measure()
    {
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds && (round == 0 || Stopwatch.GetElapsedTime(start) < Most); round++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, round.ToString(CultureInfo.InvariantCulture)));
            Round(folder.FullName);
            folder.Delete(recursive: true);
        }

        Console.WriteLine($"{Manifests} manifests, {Manifests / FindingEvery} with a finding; {measured[First].Count} rounds, {Environment.ProcessorCount} processors, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Console.WriteLine("| work | CPU s | / clone | / reading | s | / clone | / reading | peak RSS MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var work in Works)
        {
            double Of(Func<Usage, double> of) => Ratio.Median([.. measured[work].Select(of)]);
            double To(string other, Func<Usage, double> of) => Ratio.Median([.. measured[work].Zip(measured[other], (a, b) => of(a) / of(b))]);
            static double Cpu(Usage usage) => usage.Cpu.TotalSeconds;
            static double Clock(Usage usage) => usage.Clock.TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {work} | {Of(Cpu):0.00} | {To(Clone, Cpu):0.0} | {To(Read, Cpu):0.0} | {(work == Later ? " | | " : $"{Of(Clock):0.00} | {To(Clone, Clock):0.0} | {To(Read, Clock):0.0}")} | {(work == Read ? "" : Of(usage => usage.PeakMiB).ToString("0", CultureInfo.InvariantCulture))} |"));
        }
    }

    private void Round(string folder)
    {
        var (bare, work, state) = (Path.Combine(folder, "bare.git"), Path.Combine(folder, "work"), Path.Combine(folder, "state"));
        Git(input: null, "init", "--quiet", "--bare", "--initial-branch=main", bare);
        Import(bare, Enumerable.Range(0, Manifests), lacks: i => i % FindingEvery == 0, isFirst: true);
        Measure(Clone, "git", "clone", "--quiet", "--no-local", bare, work);
        var files = Directory.GetFiles(work, "*.yaml", SearchOption.AllDirectories);
        measured[Read].Add(Usage.Of(() =>
        {
            foreach (var file in files)
            {
                File.ReadAllBytes(file);
            }
        }));
        Measure(Works[2], Command, "scan", "-o", "json", work);
        string[] pass = ["heal", "--repo", bare, "--state", state, "-o", "json"];
        Measure(First, Command, pass);
        Measure(Works[4], Command, pass);
        Import(bare, [1], lacks: _ => true, isFirst: false);
        Measure(Works[5], Command, pass);
        var configuration = Path.Combine(folder, "selfheal.yaml");
        File.WriteAllText(configuration, $"version: 1\ninterval: 10s\nstate: {state}\nrepositories:\n- path: {bare}\n");
        using var daemon = new RunningProcess(Command, "run", "--config", configuration);
        daemon.WaitForLine(line => line.Contains("manifests", StringComparison.Ordinal));
        Import(bare, [2], lacks: _ => true, isFirst: false);
        var before = daemon.Cpu;
        daemon.WaitForLine(line => line.Contains("manifests", StringComparison.Ordinal));
        measured[Later].Add(new(TimeSpan.Zero, daemon.Cpu - before, daemon.PeakMiB));
    }

    private void Measure(string work, string program, params string[] arguments) => measured[work].Add(Usage.Of(program, arguments));

    /// <summary>One commit of manifests, straight into the repository.</summary>
    private static void Import(string bare, IEnumerable<int> manifests, Func<int, bool> lacks, bool isFirst)
    {
        var stream = new StringBuilder("commit refs/heads/main\ncommitter Owner <owner@example.com> 1700000000 +0000\ndata 4\nmake\n");
        if (!isFirst)
        {
            stream.Append("from refs/heads/main^0\n");
        }

        foreach (var i in manifests)
        {
            var text = Manifest(i, lacks(i));
            stream.Append(CultureInfo.InvariantCulture, $"M 644 inline team{i % 100}/app{i}/deployment.yaml\ndata {text.Length}\n{text}\n");
        }

        Git(stream.ToString(), "-C", bare, "fast-import", "--quiet");
    }

    private static string Manifest(int i, bool lacks) => string.Create(CultureInfo.InvariantCulture, $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app-{i}
          namespace: team{i % 100}
          labels:
            app: app-{i}
        spec:
          replicas: 1
          selector:
            matchLabels:
              app: app-{i}
          template:
            metadata:
              labels:
                app: app-{i}
            spec:
              automountServiceAccountToken: false
              securityContext:
                runAsNonRoot: true
                runAsUser: 10001
                seccompProfile:
                  type: RuntimeDefault
              containers:
              - name: main
                image: registry.example.com/team/app:1.{i}.0
                securityContext:
                  {(lacks ? "# nothing about escalation" : "allowPrivilegeEscalation: false")}
                  readOnlyRootFilesystem: true
                  capabilities:
                    drop:
                    - ALL
                resources:
                  requests:
                    cpu: 100m
                    memory: 128Mi
                  limits:
                    cpu: 100m
                    memory: 128Mi
                livenessProbe:
                  httpGet: {"{path: /, port: 8080}"}
                readinessProbe:
                  httpGet: {"{path: /r, port: 8080}"}
                ports:
                - containerPort: 8080

        """);

    private static void Git(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"git {arguments[0]} failed");
        }
    }
}
