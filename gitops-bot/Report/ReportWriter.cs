using System.Reflection;
using System.Text;
using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Writes each report to its place. Data goes to standard output; where something else has taken that, talk goes to standard error.</summary>
internal sealed class ReportWriter : IDisposable
{
    private readonly IReadOnlyList<ReportTarget> targets;
    private readonly List<ReportFile> files = [];

    /// <exception cref="UsageException">A file cannot be written.</exception>
    public ReportWriter(IReadOnlyList<ReportTarget> targets)
    {
        this.targets = targets;
        try
        {
            foreach (var target in targets.Where(target => target.File is not null))
            {
                var file = ReportFile.Open(target);
                files.Add(file);
                if (files.FirstOrDefault(other => other != file && other.RealName == file.RealName) is { } twin)
                {
                    throw new UsageException($"-o {twin.Target.Format}={twin.Target.File} and -o {target.Format}={target.File} are one file");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What a scan must not read: it is about to be written.</summary>
    public IReadOnlySet<string> RealNames => files.Select(file => file.RealName).ToHashSet(StringComparer.Ordinal);

    /// <param name="showsDiff">Whether the changes follow the report.</param>
    /// <param name="isOutputTaken">Whether standard output holds the mended text.</param>
    public void Write(ScanResult result, bool showsDiff, bool isOutputTaken)
    {
        foreach (var file in files)
        {
            file.Write(Render(file.Target, result));
        }

        var printed = targets.FirstOrDefault(target => target.File is null);
        if (targets.Count == 0 || printed is { Format: "table" })
        {
            Print(isOutputTaken, (output, terminal) => new TableReport(output, terminal.Ansi).Write(result));
        }
        else if (printed is not null)
        {
            using var output = Console.OpenStandardOutput();
            output.Write(Render(printed, result));
        }

        if (showsDiff)
        {
            // A parser of the report must not meet a diff behind it.
            Print(printed is { Format: not "table" }, (output, terminal) => new DiffReport(output, terminal).Write(result));
        }

        foreach (var file in result.Files)
        {
            if (file.NotWritten is { } refusal)
            {
                Console.Error.WriteLine($"selfheal: {Printable.Of(file.File)} was not written: {Printable.Of(refusal.Message)}");
            }
        }
    }

    public void Dispose() => files.ForEach(file => file.Dispose());

    private static byte[] Render(ReportTarget target, ScanResult result)
    {
        using var stream = new MemoryStream();
        using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\n" };
        switch (target.Format)
        {
            case "json":
                JsonReport.Write(stream, result);
                break;
            case "yaml":
                YamlReport.Write(writer, result);
                break;
            case "junit":
                JUnitReport.Write(stream, result);
                break;
            case "gitlab":
                GitLabReport.Write(stream, result);
                break;
            case "sarif":
                SarifReport.Write(stream, result, Version);
                break;
            case "github":
                GitHubReport.Write(writer, result, Directory.GetCurrentDirectory());
                break;
            default:
                new TableReport(writer, Ansi.None).Write(result);
                break;
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The release.</summary>
    public static string Version =>
        typeof(ReportWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    private static void Print(bool isError, Action<TextWriter, Terminal> write)
    {
        using var stream = isError ? Console.OpenStandardError() : Console.OpenStandardOutput();
        using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\n" };
        write(writer, isError ? Terminal.Error() : Terminal.Output());
    }
}
