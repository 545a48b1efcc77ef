using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>Scans one file after the other, and mends them where asked to. One scanner serves one thread.</summary>
internal sealed class FileScanner(ScanRequest request)
{
    private readonly FileJudge judge = new(request.Rules, request.Settings);
    private readonly FileMender mender = new(request.Rules, request.Settings);

    /// <summary>Reads, judges and mends a file of the repository. Whatever is wrong with the file becomes a problem, never an exception.</summary>
    public FileScan Scan(RepositoryFile file)
    {
        try
        {
            var length = new FileInfo(file.FullPath).Length;
            if (length > ManifestReader.MaxFileBytes)
            {
                return Failed(file, ProblemCode.TooLarge, $"{length} bytes; at most {ManifestReader.MaxFileBytes} are read");
            }

            var scan = Scan(new SourceText(file.Name, File.ReadAllBytes(file.FullPath)), file.IsNamed);
            if (scan.Mended is { } mended && request.WritesFiles)
            {
                AtomicFile.Replace(file.FullPath, mended.Span);
            }

            return scan;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(file, ProblemCode.Unreadable, exception.Message);
        }
    }

    public FileScan Scan(SourceText source, bool isNamed)
    {
        if (request.FixUpTo is not { } upTo)
        {
            return Describe(source, judge.Judge(source, isNamed), [], null);
        }

        var mended = mender.Mend(source, upTo, isNamed);
        return mended.IsChanged
            ? Describe(new SourceText(source.File, mended.Bytes), mended.Remaining, mended.Fixed, source)
            : Describe(source, mended.Remaining, [], null);
    }

    private FileScan Describe(SourceText source, FileJudgement judgement, IReadOnlyList<Finding> mended, SourceText? original) => new(
        source.File,
        judgement.Findings,
        mended,
        judgement.Problems,
        judgement.Documents,
        request.WantsExcerpts ? [.. judgement.Findings.Select(finding => ExcerptOf(source, finding))] : [],
        original?.Memory,

        // The type is said: a bare null would become an empty memory, by way of an array that is null, and empty the file.
        original is null ? default(ReadOnlyMemory<byte>?) : source.Memory);

    private static Excerpt ExcerptOf(SourceText source, Finding finding) => new(
        source.Line(finding.Origin.Line),
        [.. (finding.Rendered?.Splices ?? []).Select(splice =>
        {
            var (startLine, startColumn) = source.Locate(splice.Start);
            var (endLine, endColumn) = source.Locate(splice.End);
            return new SourceChange(startLine, startColumn, endLine, endColumn, splice.Replacement);
        })]);

    private static FileScan Failed(RepositoryFile file, ProblemCode code, string message) =>
        new(file.Name, [], [], [new ProblemFile(file.Name, code, 1, 1, message)], 0, [], null, null);
}
