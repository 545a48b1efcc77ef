using System.CommandLine;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal scan</c>: judges files, mends them where asked to, and reports.</summary>
internal static class ScanCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var command = new Command("scan", "Judge the Kubernetes manifests of a repository, and mend them with --fix.");
        var options = new ScanOptions();
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options, CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, ScanOptions options, CancellationToken cancellationToken)
    {
        var paths = parsed.GetValue(options.Paths) is { Length: > 0 } given ? given : ["."];
        var isText = paths.Contains(StandardInput, StringComparer.Ordinal);
        var isPreview = parsed.GetValue(options.Diff);
        var fixes = parsed.GetValue(options.Fix);
        var isUnsafe = parsed.GetValue(options.Unsafe);
        var reports = ReportTarget.Parse(parsed.GetValue(options.Output) ?? []);
        Check(paths, isText, isPreview, fixes, isUnsafe, reports);

        var settings = new PolicySettings { PssVersion = ParsePssVersion(parsed.GetValue(options.PssVersion)) };
        var request = new ScanRequest
        {
            Rules = parsed.GetValue(options.Rules) is { Length: > 0 } ids
                ? RuleSelection.OfIds(ids)
                : RuleSelection.OfProfile(parsed.GetValue(options.Profile)!, settings.PssVersion),
            Settings = settings,
            FixUpTo = fixes || isPreview ? isUnsafe ? Safety.Review : Safety.Safe : null,
            WritesFiles = fixes && !isPreview && !isText,
            WantsExcerpts = reports.Count == 0 || reports.Any(report => report.Format is "table" or "sarif"),
        };
        var text = isText ? ReadStandardInput() : null;
        var result = text is null ? RunOnFiles(paths, request, cancellationToken) : RepositoryScan.RunOnText(text, request);
        var writesText = isText && fixes && !isPreview;
        if (writesText)
        {
            using var output = Console.OpenStandardOutput();
            output.Write((result.Files[0].Mended ?? text!.Memory).Span);
        }

        ReportWriter.Write(result, reports, showsDiff: isPreview, isPreview: request.FixUpTo is not null && isPreview, isOutputTaken: writesText);
        return Decide(result, parsed.GetValue(options.FailOn)!);
    }

    private static void Check(string[] paths, bool isText, bool isPreview, bool fixes, bool isUnsafe, IReadOnlyList<ReportTarget> reports)
    {
        if (isText && paths.Length > 1)
        {
            throw new UsageException("- stands for standard input, and cannot be scanned together with files");
        }

        if (isUnsafe && !fixes && !isPreview)
        {
            throw new UsageException("--unsafe says which fixes to make; add --fix to make them, or --diff to see them");
        }

        if (isText && fixes && !isPreview && reports.FirstOrDefault(report => report.File is null) is { } report)
        {
            throw new UsageException($"with - and --fix, the mended text goes to standard output; give the report a file: -o {report.Format}=FILE");
        }
    }

    private static PssVersion ParsePssVersion(string? text) => PssVersion.TryParse(text, out var version)
        ? version
        : throw new UsageException($"--pss-version {text}: use v1.N, such as v1.31, or latest");

    private static SourceText ReadStandardInput()
    {
        using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (bytes.Length <= ManifestReader.MaxFileBytes && input.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
        }

        return new SourceText(StandardInput, bytes.ToArray());
    }

    private static ScanResult RunOnFiles(string[] paths, ScanRequest request, CancellationToken cancellationToken)
    {
        var files = RepositoryFiles.Find(paths);
        using var progress = Progress.Start(files.Files.Count);
        return RepositoryScan.Run(files, request, progress.Report, cancellationToken);
    }

    private static int Decide(ScanResult result, string failOn)
    {
        if (result.Problems.Any())
        {
            return ExitCode.CouldNotDecide;
        }

        Severity? limit = failOn switch
        {
            "error" => Severity.Error,
            "warning" => Severity.Warning,
            "info" => Severity.Info,
            _ => null,
        };
        return limit is { } least && result.Findings.Any(finding => finding.Rule.Severity >= least) ? ExitCode.Findings : ExitCode.Clean;
    }
}
