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
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, ScanOptions options)
    {
        var paths = parsed.GetValue(options.Paths) is { Length: > 0 } given ? given : ["."];
        var isText = paths.Contains(StandardInput, StringComparer.Ordinal);
        var isPreview = parsed.GetValue(options.Diff);
        var fixes = parsed.GetValue(options.Fix);
        var isUnsafe = parsed.GetValue(options.Unsafe);
        var targets = ReportTarget.Parse(parsed.GetValue(options.Output) ?? []);
        Check(paths, isText, isPreview, fixes, isUnsafe, targets);

        var policy = options.Policy.Load(parsed, isText ? ["."] : paths);
        var configuration = policy.Configuration;
        var ids = parsed.GetValue(options.Rules) is { Length: > 0 } named ? named : null;
        var request = new ScanRequest
        {
            Rules = ids is null ? configuration.SetOf(configuration.Profile) : RuleSelection.OfIds(configuration, ids),
            Settings = configuration.Settings,
            PolicyFile = policy.File,
            Excluded = options.Policy.Excluded(parsed, policy),
            FixUpTo = fixes || isPreview ? isUnsafe ? Safety.Review : Safety.Safe : null,
            IsPreview = isPreview,
            WritesFiles = fixes && !isPreview && !isText,
            WantsExcerpts = targets.Count == 0 || targets.Any(target => target.Format is "table" or "sarif"),
        };
        using var reports = new ReportWriter(targets);
        var writesText = isText && fixes && !isPreview;
        var since = parsed.GetValue(options.Gate.Since);
        var (known, written) = options.Gate.Open(parsed, isText, reports.RealNames);
        var taken = written is null ? reports.RealNames : reports.RealNames.Append(written.Path).ToHashSet(StringComparer.Ordinal);
        var result = isText ? RunOnStandardInput(request, writesText, known) : RunOnFiles(paths, request, taken, known, since);
        // What is written down is accepted. A baseline of half of the files would pass for one of all of them.
        var accepted = written is not null && Decide(result, "never") == ExitCode.Clean ? Baseline.Of(result) : null;
        if (known is null && accepted is not null)
        {
            result = accepted.Compare(result, request.Rules);
        }

        if (policy.File is { } file)
        {
            result = result with { Policy = $"{PolicySearch.NameOf(file)}{(ids is null ? $", profile {configuration.Profile}" : "")}" };
        }

        reports.Write(result, showsDiff: isPreview, isOutputTaken: writesText);
        if (!result.Problems.Any() && result.Files.Sum(file => file.Documents) == 0)
        {
            // Clean, and yet not what somebody expects who mistyped a folder or named a template.
            Console.Error.WriteLine(result.HasExcluded
                ? "selfheal: nothing was judged: no Kubernetes object was found in what is not excluded"
                : "selfheal: nothing was judged: no Kubernetes object was found; templates have to be rendered first");
        }

        WriteBaseline(written, accepted);
        return Decide(result, accepted is null ? parsed.GetValue(options.FailOn)! : "never");
    }

    private static void Check(string[] paths, bool isText, bool isPreview, bool fixes, bool isUnsafe, IReadOnlyList<ReportTarget> reports)
    {
        if (paths.FirstOrDefault(path => path.StartsWith('-') && path != StandardInput && !Path.Exists(path)) is { } option)
        {
            throw new UsageException($"there is no option '{option}'; 'selfheal scan --help' lists them");
        }

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

    /// <summary>The mended text takes the place of the text in a pipe; where nothing is mended, every byte passes through.</summary>
    private static ScanResult RunOnStandardInput(ScanRequest request, bool writesText, Baseline? known)
    {
        using var input = Console.OpenStandardInput();
        var read = FileBytes.Read(input);
        var result = new ScanGate(known, Changes: null).Run(
            request, asked => RepositoryScan.RunOnText(new SourceText(StandardInput, read.Bytes), asked), CancellationToken.None);
        if (writesText)
        {
            using var output = Console.OpenStandardOutput();
            output.Write((result.Files[0].Change?.After ?? read.Bytes).Span);
            input.CopyTo(output);
        }

        return result;
    }

    private static ScanResult RunOnFiles(string[] paths, ScanRequest request, IReadOnlySet<string> reports, Baseline? known, string? since)
    {
        var files = RepositoryFiles.Find(paths, reports, request.Excluded);
        var changes = since is null ? null : ChangesSince.Find(since, paths, files);
        using var interruption = request.WritesFiles ? new Interruption() : null;
        using var progress = Progress.Start(files.Files.Count);
        var token = interruption?.Token ?? CancellationToken.None;
        return new ScanGate(known, changes).Run(request, asked => RepositoryScan.Run(files, asked, progress.Report, token), token);
    }

    private static void WriteBaseline(BaselineFile? file, Baseline? baseline)
    {
        if (file is not null && baseline is not null)
        {
            file.Write(baseline);
            Console.Error.WriteLine($"selfheal: {baseline.Count} finding{(baseline.Count == 1 ? "" : "s")} written to {Printable.Of(file.Name)}");
        }
        else if (file is not null)
        {
            Console.Error.WriteLine($"selfheal: {Printable.Of(file.Name)} was not written, since not everything could be judged or mended");
        }
    }

    private static int Decide(ScanResult result, string failOn)
    {
        if (result.Problems.Any())
        {
            return ExitCode.CouldNotDecide;
        }

        if (result.Files.Any(file => file.NotWritten is not null))
        {
            return ExitCode.Refused;
        }

        Severity? limit = failOn switch
        {
            "error" => Severity.Error,
            "warning" => Severity.Warning,
            "info" => Severity.Info,
            _ => null,
        };
        return limit is { } least && result.Findings.Any(finding => finding.Rule.Severity >= least && result.Baseline?.Knows(finding) != true) ? ExitCode.Findings : ExitCode.Clean;
    }
}
