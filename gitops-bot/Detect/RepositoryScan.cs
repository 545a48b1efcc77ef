using System.Diagnostics;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a scan found.</summary>
/// <param name="Root">The folder that file names are relative to; null for standard input.</param>
/// <param name="Files">Ordered by name.</param>
internal sealed record ScanResult(string? Root, IReadOnlyList<FileScan> Files, TimeSpan Elapsed)
{
    public IEnumerable<Finding> Findings => Files.SelectMany(file => file.Findings);

    public IEnumerable<Finding> Fixed => Files.SelectMany(file => file.Fixed);

    public IEnumerable<ProblemFile> Problems => Files.SelectMany(file => file.Problems);
}

/// <summary>Scans a repository: every file by itself, several at a time, in the same order every time.</summary>
internal static class RepositoryScan
{
    /// <param name="progress">Told after each file how many are done; from any thread.</param>
    public static ScanResult Run(RepositoryFiles files, ScanRequest request, Action<int>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var patches = KustomizePatches.Find(files.Files);
        var scans = new FileScan[files.Files.Count];
        var next = -1;
        var done = 0;

        void Work()
        {
            var scanner = new FileScanner(request);
            while (!cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is var i && i < scans.Length)
            {
                var file = files.Files[i];
                scans[i] = patches.Contains(file.FullPath) ? new FileScan(file.Name, [], [], 0) : scanner.Scan(file);
                progress?.Invoke(Interlocked.Increment(ref done));
            }
        }

        // Threads by hand: a single file needs none, and the parallel loops of the framework cost more to start than to scan it.
        var helpers = Enumerable.Range(1, Math.Max(0, Math.Min(Environment.ProcessorCount, scans.Length) - 1)).Select(_ => new Thread(Work)).ToList();
        helpers.ForEach(helper => helper.Start());
        Work();
        helpers.ForEach(helper => helper.Join());
        cancellationToken.ThrowIfCancellationRequested();

        var unlisted = files.Problems.Select(problem => new FileScan(problem.File, [], [problem], 0));
        return new(files.Root, [.. scans.Concat(unlisted).OrderBy(scan => scan.File, StringComparer.Ordinal)], watch.Elapsed);
    }

    public static ScanResult RunOnText(SourceText source, ScanRequest request)
    {
        var watch = Stopwatch.StartNew();
        var scan = new FileScanner(request).Scan(source);
        return new(null, [scan], watch.Elapsed);
    }
}
