using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>The report for people: findings by file, each with its source line, and what can be done.</summary>
internal sealed class TableReport(TextWriter output, Ansi ansi)
{
    public void Write(ScanResult result)
    {
        foreach (var file in result.Files)
        {
            WriteFile(file, result.Baseline);
        }

        WriteSummary(result);
    }

    private void WriteFile(FileScan file, BaselineComparison? baseline)
    {
        var shown = Enumerable.Range(0, file.Findings.Count).Where(i => baseline?.Knows(file.Findings[i]) != true).ToList();
        var refused = file.Exempted.Where(exempted => exempted.IsRefusedAtAdmission).OrderBy(exempted => exempted.Finding.Origin.Line).ToList();
        if (shown.Count + file.Problems.Count + file.Fixed.Count + refused.Count == 0)
        {
            return;
        }

        output.WriteLine(ansi.Bold(Heading(file.File)));
        foreach (var problem in file.Problems)
        {
            output.WriteLine($"  {problem.Line}:{problem.Column}  {ansi.Red("cannot read")}  {Words.Of(problem.Code)}: {Printable.Of(problem.Message)}");
        }

        foreach (var finding in file.Fixed)
        {
            output.WriteLine($"  {ansi.Green("fixed")}  {finding.Rule.Id}  {ansi.Dim(Printable.Of(finding.Object.ToString()))}  {Printable.Of(finding.Fix!.Title)}");
        }

        // As one reads the file; the machine formats go by pointer.
        foreach (var i in shown.OrderBy(i => file.Findings[i].Origin.Line).ThenBy(i => file.Findings[i].Origin.Column))
        {
            WriteFinding(file.Findings[i], i < file.Excerpts.Count ? file.Excerpts[i].Line : null);
        }

        foreach (var exempted in refused)
        {
            var (finding, origin) = (exempted.Finding, exempted.Finding.Origin);
            output.WriteLine($"  {origin.Line}:{origin.Column}  {ansi.Dim("ignored")}  {finding.Rule.Id}  {ansi.Dim(Printable.Of(finding.Object.ToString()))}"
                + $"  until {exempted.Expires}; admission reads no comments, and refuses it where it enforces the rule");
        }

        output.WriteLine();
    }

    private void WriteFinding(Finding finding, string? line)
    {
        var origin = finding.Origin;
        output.WriteLine($"  {origin.Line}:{origin.Column}  {Colour(finding.Rule.Severity)}  {ansi.Bold(finding.Rule.Id)}  {ansi.Dim(Printable.Of(finding.Object.ToString()))}");
        output.WriteLine($"      {Printable.Of(finding.Message)}");
        if (!string.IsNullOrWhiteSpace(line))
        {
            output.WriteLine(ansi.Dim($"      {origin.Line,5} | {Printable.Of(Shorten(line))}"));
        }

        if (finding.Fix is { } fix)
        {
            var how = fix.Safety == Safety.Safe ? "--fix" : "--fix --unsafe";
            output.WriteLine($"      {ansi.Green("fix")}: {Printable.Of(fix.Title)} {ansi.Dim($"({Words.Of(fix.Safety)}, {how})")}");
        }
        else if (finding.Refusal is { } refusal)
        {
            output.WriteLine($"      {ansi.Yellow("no fix")}: {Words.Of(refusal.Code)}: {Printable.Of(refusal.Message)}");
        }
    }

    private void WriteSummary(ScanResult result)
    {
        var findings = result.Findings.Where(finding => result.Baseline?.Knows(finding) != true).ToList();
        var byBadness = findings.GroupBy(finding => finding.Rule.Severity).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {Words.Of(group.Key)}");
        var isNew = result.Baseline is null ? "" : "new ";
        var counts = findings.Count == 0 ? $"no {isNew}findings" : $"{Count(findings.Count, $"{isNew}finding")} ({string.Join(", ", byBadness)})";
        var safe = findings.Count(finding => finding.Fix?.Safety == Safety.Safe);
        var review = findings.Count(finding => finding.Fix?.Safety == Safety.Review);
        var planned = result.Files.Sum(file => file.Planned);
        output.WriteLine($"{Count(result.Files.Count, "file")}, {Count(result.Files.Sum(file => file.Documents), "document")}: {counts}"
            + (safe + review > 0 ? $"; fixable: {safe} safe, {review} after review" : "")
            + (result.Fixed.Any() ? $"; {result.Fixed.Count()} fixed" : "")
            + (planned > 0 ? $"; {planned} would be fixed" : "")
            + (result.Exempted.Any() ? $"; {result.Exempted.Count()} exempted" : "")
            + (result.Problems.Any() ? $"; {result.Problems.Count()} unreadable" : ""));
        WriteGates(result);
        if (result.Policy is { } policy)
        {
            output.WriteLine(ansi.Dim($"policy: {Printable.Of(policy)}"));
        }
    }

    private void WriteGates(ScanResult result)
    {
        if (result.Baseline is { } baseline)
        {
            output.WriteLine($"baseline: {Count(result.Findings.Count(baseline.Knows), "known finding")} not shown"
                + (baseline.Fixed > 0 ? $"; {baseline.Fixed} of the baseline {(baseline.Fixed == 1 ? "is" : "are")} fixed: rewrite it with --write-baseline" : ""));
        }

        if (result.Since is { } since)
        {
            output.WriteLine($"since {Printable.Of(since.Reference)} ({since.Base[..Math.Min(12, since.Base.Length)]}): {Count(since.ChangedFiles, "changed file")}; "
                + $"left out what they do not touch: {Count(since.LeftOut, "finding")}");
        }
    }

    /// <summary>The log of a GitHub workflow takes a line that begins with two colons for a command.</summary>
    private static string Heading(string file) => Printable.Of(file.StartsWith("::", StringComparison.Ordinal) ? $"./{file}" : file);

    private string Colour(Severity severity) => severity switch
    {
        Severity.Error => ansi.Red("error"),
        Severity.Warning => ansi.Yellow("warning"),
        _ => ansi.Cyan("info"),
    };

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Shorten(string line) => line.Length <= 160 ? line : line[..(char.IsHighSurrogate(line[156]) ? 156 : 157)] + "...";
}
