using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// The place of one report. Asked for before the scan, so that nothing is mended whose report cannot be written; filled
/// after it and in one go, so that a scan that fails leaves the file as it was.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string path;
    private readonly FileStream? existing;

    private ReportFile(ReportTarget target, string path, FileStream? existing) => (Target, this.path, this.existing) = (target, path, existing);

    public ReportTarget Target { get; }

    /// <summary>The same file under its one real name.</summary>
    public string RealName => RealPath.Of(path);

    /// <exception cref="UsageException">The file cannot be written, or must not: it holds manifests.</exception>
    public static ReportFile Open(ReportTarget target)
    {
        var path = Path.GetFullPath(target.File!);
        try
        {
            // What is there may be a pipe or a device: it is opened once and never replaced.
            if (File.Exists(path))
            {
                if (HoldsManifests(path))
                {
                    throw new UsageException($"-o {target.Format}={target.File}: the file holds Kubernetes objects, which the report would take the place of; name another");
                }

                return new(target, path, new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
            }

            new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            File.Delete(path);
            return new(target, path, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"-o {target.Format}={target.File}: the file cannot be written: {exception.Message}");
        }
    }

    public void Write(ReadOnlySpan<byte> report)
    {
        if (existing is null)
        {
            AtomicFile.Create(path, report);
            return;
        }

        existing.Write(report);
        if (existing.CanSeek && existing.Length > report.Length)
        {
            existing.SetLength(report.Length);
        }

        existing.Flush();
    }

    /// <summary>A mistyped name must not cost a manifest. Pipes and devices have no length, and are not read.</summary>
    private static bool HoldsManifests(string path) =>
        RepositoryFiles.HasExtension(path)
        && new FileInfo(path).Length is > 0 and <= ManifestReader.MaxFileBytes
        && new ManifestReader().Read(new SourceText(path, File.ReadAllBytes(path))).Any(reading => reading.Kind == DocumentKind.Manifest);

    public void Dispose() => existing?.Dispose();
}
