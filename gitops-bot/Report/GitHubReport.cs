using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// Workflow commands that GitHub shows as annotations beside the lines of a pull request. Source:
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions. File names are made relative to the
/// working folder, which in a workflow is the root of the repository.
/// </summary>
internal static class GitHubReport
{
    public static void Write(TextWriter output, ScanResult result, string workingFolder)
    {
        foreach (var problem in result.Problems)
        {
            output.WriteLine(Command("error", Path(result, problem.File, workingFolder), problem.Line, problem.Column, Words.Of(problem.Code), problem.Message));
        }

        foreach (var finding in result.Findings.Where(finding => result.Baseline?.Knows(finding) != true))
        {
            var level = finding.Rule.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                _ => "notice",
            };
            var advice = finding.Fix is { } fix ? $"\nfix: {fix.Title}" : finding.Refusal is { } refusal ? $"\nno fix: {refusal.Message}" : "";
            output.WriteLine(Command(
                level,
                Path(result, finding.Origin.File, workingFolder),
                finding.Origin.Line,
                finding.Origin.Column,
                finding.Rule.Id,
                $"{finding.Object}: {finding.Message}{advice}"));
        }
    }

    private static string Command(string level, string file, int line, int column, string title, string message) =>
        $"::{level} file={Property(file)},line={line},col={column},title={Property(title)}::{Data(message)}";

    private static string Path(ScanResult result, string file, string workingFolder) =>
        result.Root is null ? file : System.IO.Path.GetRelativePath(workingFolder, System.IO.Path.Combine(result.Root, file)).Replace('\\', '/');

    // Escapes of the runner: without them a manifest could end the command and issue one of its own.
    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);
}
