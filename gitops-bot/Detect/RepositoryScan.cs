using System.Diagnostics;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a scan found.</summary>
/// <param name="Root">The folder that file names are relative to; null for standard input.</param>
/// <param name="Files">Ordered by name.</param>
internal sealed record ScanResult(string? Root, IReadOnlyList<FileScan> Files, TimeSpan Elapsed)
{
    /// <summary>Which policy file the scan went by, and which profile of it; null for no file.</summary>
    public string? Policy { get; init; }

    /// <summary>Whether something was left out, as the owner or the command line asked for.</summary>
    public bool HasExcluded { get; init; }

    /// <summary>What a baseline knows of the findings; null where none was given.</summary>
    public BaselineComparison? Baseline { get; init; }

    /// <summary>The files as they were read, for whoever asks more of them; null where each was read, judged and let go.</summary>
    public IReadOnlyDictionary<string, FileReading>? Readings { get; init; }

    /// <summary>What the findings are confined to; null for nothing.</summary>
    public ChangeSummary? Since { get; init; }

    /// <summary>The objects of all files that were judged; null where no rule looks at others, and nobody asked for them.</summary>
    public ObjectSet? Set { get; init; }

    /// <summary>Counted over everything that was found, also where some of it is left out later.</summary>
    public FindingFingerprints Fingerprints { get; init; } = new(Root, Files);

    public IEnumerable<Finding> Findings => Files.SelectMany(file => file.Findings);

    public IEnumerable<Finding> Fixed => Files.SelectMany(file => file.Fixed);

    public IEnumerable<ExemptedFinding> Exempted => Files.SelectMany(file => file.Exempted);

    public IEnumerable<ProblemFile> Problems => Files.SelectMany(file => file.Problems);
}

/// <summary>Scans a repository: every file by itself, several at a time, in the same order every time.</summary>
internal static class RepositoryScan
{
    /// <param name="progress">Told after each file how many are done; from any thread.</param>
    public static ScanResult Run(RepositoryFiles files, ScanRequest request, Action<int>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var patches = KustomizePatches.Find(files);
        RepositoryFile[] judged = [.. files.Files.Where(file => !patches.Contains(file.FullPath))];
        var readings = request.Rules.JudgesSets || request.KeepsReadings ? ReadAll(judged, request, cancellationToken) : null;
        var set = readings is null ? null : ObjectSet.Of(readings.SelectMany(reading => reading?.Objects ?? []));
        var scans = new FileScan[judged.Length];
        var done = files.Files.Count - judged.Length;
        Func<Action<int>> start = () =>
        {
            var scanner = new FileScanner(request, set);
            return i =>
            {
                scans[i] = scanner.Scan(judged[i], readings?[i]);
                progress?.Invoke(Interlocked.Increment(ref done));
            };
        };
        InParallel(judged.Length, start, cancellationToken);
        var passedOver = files.Files.Where(file => patches.Contains(file.FullPath)).Select(file => new FileScan(file.Name, [], [], 0));
        var unlisted = files.Problems.Select(problem => new FileScan(problem.File, [], [problem], 0));
        var all = PolicyExemptions.AddFindings(scans.Concat(passedOver).Concat(unlisted), files, request);
        FileScan[] ordered = [.. all.OrderBy(scan => scan.File, StringComparer.Ordinal)];
        return new(files.Root, ordered, watch.Elapsed)
        {
            Fingerprints = new(files.Root, ordered, files.Repository),
            HasExcluded = files.HasExcluded,
            Set = set,
            Readings = readings?.OfType<FileReading>().ToDictionary(reading => reading.Source.File, StringComparer.Ordinal),
        };
    }

    public static ScanResult RunOnText(SourceText source, ScanRequest request)
    {
        var watch = Stopwatch.StartNew();
        var scan = new FileScanner(request).Scan(source);
        return new(null, PolicyExemptions.AddFindings([scan], files: null, request), watch.Elapsed);
    }

    /// <summary>Reads all files, to judge each among the others. What cannot be read is null here, and reported when the file is judged.</summary>
    private static FileReading?[] ReadAll(RepositoryFile[] files, ScanRequest request, CancellationToken cancellationToken)
    {
        var readings = new FileReading?[files.Length];
        Func<Action<int>> start = () =>
        {
            var scanner = new FileScanner(request, set: null);
            return i => readings[i] = request.Known.GetValueOrDefault(files[i].Name) ?? scanner.Read(files[i]);
        };
        InParallel(files.Length, start, cancellationToken);
        return readings;
    }

    /// <summary>
    /// Threads by hand: a single file needs none, and the parallel loops of the framework cost more to start than to scan it.
    /// </summary>
    /// <param name="start">Makes what one thread does with each index it gets.</param>
    internal static void InParallel(int count, Func<Action<int>> start, CancellationToken cancellationToken)
    {
        var next = -1;

        void Work()
        {
            var work = start();
            while (!cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is var i && i < count)
            {
                work(i);
            }
        }

        var helpers = Enumerable.Range(1, Math.Max(0, Math.Min(Environment.ProcessorCount, count) - 1)).Select(_ => new Thread(Work)).ToList();
        helpers.ForEach(helper => helper.Start());
        Work();
        helpers.ForEach(helper => helper.Join());
        cancellationToken.ThrowIfCancellationRequested();
    }
}
