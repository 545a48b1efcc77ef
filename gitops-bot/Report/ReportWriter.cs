using System.Reflection;
using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Writes each report to its place. Data goes to standard output; where something else has taken that, talk goes to standard error.</summary>
internal static class ReportWriter
{
    public static void Write(ScanResult result, IReadOnlyList<ReportTarget> targets, bool showsDiff, bool isPreview, bool isOutputTaken)
    {
        var isTable = targets.Count == 0 || targets.Any(target => target is { Format: "table", File: null });
        if (targets.Count == 0)
        {
            var isError = isOutputTaken;
            Print(isError, (output, ansi) => new TableReport(output, ansi).Write(result, isPreview));
        }

        foreach (var target in targets)
        {
            Write(result, target, isPreview);
        }

        if (showsDiff)
        {
            // A parser of the report must not meet a diff behind it.
            Print(isError: !isTable && targets.Any(target => target.File is null), (output, ansi) => new DiffReport(output, ansi).Write(result));
        }
    }

    private static void Write(ScanResult result, ReportTarget target, bool isPreview)
    {
        if (target is { Format: "table", File: null })
        {
            Print(isError: false, (output, ansi) => new TableReport(output, ansi).Write(result, isPreview));
            return;
        }

        using var stream = Open(target);
        switch (target.Format)
        {
            case "json":
                JsonReport.Write(stream, result);
                break;
            case "sarif":
                SarifReport.Write(stream, result, Version);
                break;
            case "github":
                using (var writer = NewWriter(stream))
                {
                    GitHubReport.Write(writer, result, Directory.GetCurrentDirectory());
                }

                break;
            default:
                using (var writer = NewWriter(stream))
                {
                    new TableReport(writer, new Ansi(false)).Write(result, isPreview);
                }

                break;
        }
    }

    private static string Version =>
        typeof(ReportWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static Stream Open(ReportTarget target)
    {
        if (target.File is null)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            return File.Create(target.File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"-o {target.Format}={target.File}: the file cannot be written: {exception.Message}");
        }
    }

    private static StreamWriter NewWriter(Stream stream) => new(stream, new System.Text.UTF8Encoding(false)) { NewLine = "\n" };

    private static void Print(bool isError, Action<TextWriter, Ansi> write)
    {
        using var writer = NewWriter(isError ? Console.OpenStandardError() : Console.OpenStandardOutput());
        write(writer, isError ? new Ansi(false) : Ansi.ForOutput());
    }
}
