using System.Security.Cryptography;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>A finding as it is recognised after a fix; of files, not of one.</summary>
internal readonly record struct PlacedFinding(string File, FindingKey Key)
{
    public static PlacedFinding Of(Finding finding) => new(finding.Origin.File, finding.Key);
}

/// <summary>A problem as it is recognised after a fix, which moves lines.</summary>
internal readonly record struct PlacedProblem(string File, ProblemCode Code)
{
    public static PlacedProblem Of(ProblemFile problem) => new(problem.File, problem.Code);
}

/// <summary>
/// What has changed since a commit, and what of the findings that touches: those in objects whose lines have changed,
/// and those that were not found before, wherever they are.
/// </summary>
internal sealed class ChangesSince
{
    private readonly string reference;
    private readonly string baseCommit;
    private readonly RepositoryFiles files;

    // By where a file is now; without contents where it was not there, or no regular file.
    private readonly Dictionary<string, PastFile> changed = new(StringComparer.Ordinal);

    // By where a file was: what it held. Null where nothing was.
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> past = new(StringComparer.Ordinal);
    private readonly List<PastFile> gone = [];

    private ChangesSince(string reference, string baseCommit, RepositoryFiles files) =>
        (this.reference, this.baseCommit, this.files) = (reference, baseCommit, files);

    /// <param name="paths">As they stand on the command line, for messages.</param>
    /// <exception cref="UsageException">The reference names nothing, or a path is outside of the repository.</exception>
    public static ChangesSince Find(string reference, IReadOnlyList<string> paths, RepositoryFiles files)
    {
        var repository = GitRepository.Around(FolderOf(paths[0]));
        if (paths.FirstOrDefault(path => !RepositoryRoot.IsInside(FolderOf(path), repository.Root)) is { } outside)
        {
            throw new UsageException($"--since: '{Printable.Of(outside)}' is outside of the repository {Printable.Of(repository.Root)}");
        }

        var changes = new ChangesSince(reference, repository.MergeBase(reference), files);
        changes.Load(repository);
        return changes;
    }

    /// <summary>Which of the findings, exempted ones among them, and problems what has changed has to do with.</summary>
    /// <param name="judged">All that is found now.</param>
    public (IReadOnlySet<PlacedFinding> Findings, IReadOnlySet<PlacedProblem> Problems) Touched(ScanResult judged, ScanRequest request, CancellationToken cancellationToken)
    {
        var before = JudgeBase(request, cancellationToken);
        var old = before.Findings.Select(before.Fingerprints.Of).ToHashSet(StringComparer.Ordinal);
        var oldExempted = before.Exempted.Select(exempted => before.Fingerprints.Of(exempted.Finding)).ToHashSet(StringComparer.Ordinal);
        var oldProblems = before.Problems.Select(PlacedProblem.Of).ToHashSet();
        var byName = files.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var findings = new HashSet<PlacedFinding>();
        var problems = new HashSet<PlacedProblem>();
        foreach (var scan in judged.Files)
        {
            var file = byName.GetValueOrDefault(scan.File);
            var isChanged = file is not null && changed.ContainsKey(file.FullPath);
            var unchanged = isChanged && scan.Findings.Count + scan.Exempted.Count > 0 ? Unchanged(file!) : null;

            bool IsTouched(Finding finding, HashSet<string> known) =>
                (isChanged && unchanged?.Contains((finding.Origin.Document, finding.Origin.Item)) != true)
                || ((isChanged || CanDiffer(request)) && !known.Contains(judged.Fingerprints.Of(finding)));

            findings.UnionWith(scan.Findings.Where(finding => IsTouched(finding, old)).Select(PlacedFinding.Of));
            findings.UnionWith(scan.Exempted
                .Select(exempted => exempted.Finding)
                .Where(finding => IsTouched(finding, oldExempted))
                .Select(PlacedFinding.Of));

            // Nobody knows what has changed in a folder that cannot be listed.
            problems.UnionWith(scan.Problems
                .Select(PlacedProblem.Of)
                .Where(problem => file is null || isChanged || (CanDiffer(request) && !oldProblems.Contains(problem))));
        }

        return (findings, problems);
    }

    /// <summary>The result without what is not touched.</summary>
    public ScanResult Confine(ScanResult result, IReadOnlySet<PlacedFinding> findings, IReadOnlySet<PlacedProblem> problems)
    {
        FileScan[] confined = [.. result.Files.Select(file => Confine(file, findings, problems))];
        return result with
        {
            Files = confined,
            Since = new(reference, baseCommit, files.Files.Count(file => changed.ContainsKey(file.FullPath)), confined.Sum(file => file.LeftOut)),
        };
    }

    private static FileScan Confine(FileScan file, IReadOnlySet<PlacedFinding> findings, IReadOnlySet<PlacedProblem> problems)
    {
        int[] kept = [.. Enumerable.Range(0, file.Findings.Count).Where(i => findings.Contains(PlacedFinding.Of(file.Findings[i])))];
        ProblemFile[] left = [.. file.Problems.Where(problem => problems.Contains(PlacedProblem.Of(problem)))];
        return file with
        {
            Findings = [.. kept.Select(i => file.Findings[i])],
            Excerpts = file.Excerpts.Count == 0 ? [] : [.. kept.Select(i => file.Excerpts[i])],
            Exempted = [.. file.Exempted.Where(exempted => findings.Contains(PlacedFinding.Of(exempted.Finding)))],
            Problems = left,
            LeftOut = file.Findings.Count - kept.Length + file.Problems.Count - left.Length,
        };
    }

    private void Load(GitRepository repository)
    {
        var changes = repository.ChangesSince(baseCommit);
        var scanned = files.Files.Select(file => file.FullPath).ToHashSet(StringComparer.Ordinal);
        var blobs = repository.Read(changes
            .Where(change => (change.NewPath is { } now && scanned.Contains(now))
                || (change.OldPath is { } old && (KustomizePatches.IsKustomization(old) || (RepositoryFiles.HasExtension(old) && (change.NewPath is null || files.Finds(old))))))
            .Select(change => change.Blob)
            .OfType<string>());
        foreach (var change in changes)
        {
            ReadOnlyMemory<byte>? contents = change.Blob is { } hash && blobs.TryGetValue(hash, out var blob) ? blob : default(ReadOnlyMemory<byte>?);
            var file = new PastFile(change.OldPath, contents);
            if (change.OldPath is { } old)
            {
                past[old] = contents;
                if (contents is not null && change.NewPath is null)
                {
                    gone.Add(file);
                }
            }

            if (change.NewPath is { } now)
            {
                past.TryAdd(now, null);
                changed[now] = file;
            }
        }

        FollowUntracked();
    }

    /// <summary>git sees a file that was moved and not added as one that is gone and one that is new.</summary>
    private void FollowUntracked()
    {
        var byText = gone.ToLookup(old => HashOf(old.Contents!.Value.Span), StringComparer.Ordinal);
        foreach (var file in files.Files)
        {
            if (gone.Count == 0 || !changed.TryGetValue(file.FullPath, out var added) || added.OldPath is not null)
            {
                continue;
            }

            var source = gone.Find(old => old.OldPath == file.FullPath)
                ?? (ReadNow(file) is { } now ? byText[HashOf(now.Span)].FirstOrDefault(gone.Contains) : null);
            if (source is not null)
            {
                gone.Remove(source);
                changed[file.FullPath] = source;
            }
        }
    }

    private ScanResult JudgeBase(ScanRequest request, CancellationToken cancellationToken)
    {
        var all = new List<RepositoryFile>();
        foreach (var file in files.Files)
        {
            if (!changed.TryGetValue(file.FullPath, out var was))
            {
                if (CanDiffer(request))
                {
                    all.Add(file);
                }
            }
            else if (was.Contents is { } contents)
            {
                // Under its name of today, so that a rename makes no finding a new one.
                all.Add(file with { FullPath = was.OldPath!, IsLink = false, Contents = contents });
            }
        }

        all.AddRange(gone
            .Where(was => files.Finds(was.OldPath!))
            .Select(was => new RepositoryFile(was.OldPath!, files.Name(was.OldPath!), IsNamed: false, IsLink: false) { Contents = was.Contents }));
        all.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return RepositoryScan.Run(files.As(all, past), request with { FixUpTo = null, WritesFiles = false, WantsExcerpts = false }, progress: null, cancellationToken);
    }

    /// <summary>Whether a finding can be new in a file that has not changed: only where others have a say in it.</summary>
    private bool CanDiffer(ScanRequest request) => request.Rules.JudgesSets || past.Keys.Any(KustomizePatches.IsKustomization);

    /// <summary>The objects that are as they were; null where there is nothing to compare with.</summary>
    private IReadOnlySet<(int, int?)>? Unchanged(RepositoryFile file) =>
        changed[file.FullPath].Contents is { } before && ReadNow(file) is { } now
            ? TouchedObjects.Unchanged(new SourceText(file.Name, now), new SourceText(file.Name, before))
            : null;

    private static ReadOnlyMemory<byte>? ReadNow(RepositoryFile file)
    {
        try
        {
            return FileBytes.Read(file).Bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The scan says so.
            return null;
        }
    }

    /// <summary>Of a text whatever its line endings.</summary>
    private static string HashOf(ReadOnlySpan<byte> text) => Convert.ToHexString(SHA256.HashData(WithoutReturns(text)));

    private static byte[] WithoutReturns(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length);
        foreach (var b in text)
        {
            if (b != '\r')
            {
                bytes.Add(b);
            }
        }

        return [.. bytes];
    }

    private static string FolderOf(string path)
    {
        var target = RealPath.Of(path);
        return Directory.Exists(target)
            ? target
            : RealPath.Of(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.Combine(Directory.GetCurrentDirectory(), path)))!);
    }

    /// <param name="Contents">Null where there was no regular file.</param>
    private sealed record PastFile(string? OldPath, ReadOnlyMemory<byte>? Contents);
}
