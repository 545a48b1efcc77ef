using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>Scans one file after the other, and mends them where asked to. One scanner serves one thread.</summary>
/// <param name="set">The objects of all files; null where there is one file only, or no rule looks at others.</param>
internal sealed class FileScanner(ScanRequest request, ObjectSet? set = null)
{
    private readonly ManifestReader reader = new();
    private readonly FileJudge judge = new(request.Rules, request.Settings, set, request.Now);
    private readonly FileMender mender = new(request.Rules, request.Settings, set, request.Now);

    /// <summary>Reads a file for others to be judged by. Null where it cannot be read: that is reported when it is judged.</summary>
    public FileReading? Read(RepositoryFile file)
    {
        FileReading? reading = null;
        Guard(file.Name, () =>
        {
            var read = FileBytes.Read(file);
            reading = read.IsTooLarge ? null : FileReading.Read(reader, new SourceText(file.Name, read.Bytes), file.IsNamed);
            return Failed(file.Name, ProblemCode.Unreadable, "");
        });
        return reading;
    }

    /// <summary>Reads, judges and mends a file of the repository. Whatever is wrong with the file becomes a problem, never an exception.</summary>
    /// <param name="reading">The file as it was read before; null where it was not, or could not be.</param>
    public FileScan Scan(RepositoryFile file, FileReading? reading = null) => Guard(file.Name, () =>
    {
        if (reading is not null && request.FixUpTo is null)
        {
            return Describe(reading.Source, judge.Judge(reading));
        }

        var read = FileBytes.Read(file);
        if (read.IsTooLarge)
        {
            return Failed(file.Name, ProblemCode.TooLarge, $"more than {ManifestReader.MaxFileBytes} bytes");
        }

        var source = new SourceText(file.Name, read.Bytes);
        var scan = Scan(source, file.IsNamed);
        return request.WritesFiles && scan.Change is { } change && Write(file, read, change.After) is { } refusal
            ? LeaveAsItWas(source, scan, refusal, file.IsNamed)
            : scan;
    });

    /// <summary>Judges and mends a text that is no file.</summary>
    public FileScan Scan(SourceText source) => Guard(source.File, () => Scan(source, isNamed: true));

    private FileScan Scan(SourceText source, bool isNamed)
    {
        if (request.FixUpTo is not { } upTo)
        {
            return Describe(source, judge.Judge(source, isNamed));
        }

        var mended = mender.Mend(source, upTo, isNamed, request.Mends);
        if (!mended.IsChanged)
        {
            return Describe(source, request.IsPreview ? judge.Judge(source, isNamed) : mended.Remaining);
        }

        var change = new FileChange(source.Memory, mended.Bytes);
        return request.IsPreview
            ? Describe(source, judge.Judge(source, isNamed)) with { Change = change, Planned = mended.Fixed.Count }
            : Describe(new SourceText(source.File, mended.Bytes), mended.Remaining) with { Change = change, Fixed = mended.Fixed };
    }

    /// <summary>One bad file must not stop the rest, whether the file is at fault or a rule.</summary>
    private static FileScan Guard(string file, Func<FileScan> scan)
    {
        try
        {
            return scan();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(file, ProblemCode.Unreadable, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Failed(file, ProblemCode.InternalError, InternalError.Describe(exception));
        }
    }

    private static Refusal? Write(RepositoryFile file, FileBytes read, ReadOnlyMemory<byte> bytes)
    {
        if (file.IsLink || !read.IsRegular)
        {
            return new(RefusalCode.NotWritable, file.IsLink ? "the path is a link; name the file that it leads to" : "not a regular file");
        }

        try
        {
            AtomicFile.Replace(file.FullPath, bytes.Span);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(RefusalCode.NotWritable, exception.Message);
        }
    }

    /// <summary>The file as it still is; what would have been mended says why it was not.</summary>
    private FileScan LeaveAsItWas(SourceText source, FileScan scan, Refusal refusal, bool isNamed)
    {
        var planned = scan.Fixed.Select(finding => finding.Key).ToHashSet();
        var judgement = judge.Judge(source, isNamed);
        return Describe(source, judgement with
        {
            Findings = [.. judgement.Findings.Select(finding => finding.Fix is not null && planned.Contains(finding.Key) ? finding.Refuse(refusal) : finding)],
        }) with { NotWritten = refusal };
    }

    private FileScan Describe(SourceText source, FileJudgement judgement) => new(source.File, judgement.Findings, judgement.Problems, judgement.Documents)
    {
        Exempted = judgement.Exempted,
        Excerpts = request.WantsExcerpts ? [.. judgement.Findings.Select(finding => ExcerptOf(source, finding))] : [],
    };

    private static Excerpt ExcerptOf(SourceText source, Finding finding) => new(
        source.Line(finding.Origin.Line),
        [.. (finding.Rendered?.Splices ?? []).Select(splice =>
        {
            var (startLine, startColumn) = source.Locate(splice.Start);
            var (endLine, endColumn) = source.Locate(splice.End);
            return new SourceChange(startLine, startColumn, endLine, endColumn, splice.Replacement);
        })]);

    private static FileScan Failed(string file, ProblemCode code, string message) => new(file, [], [new ProblemFile(file, code, 1, 1, message)], 0);
}
