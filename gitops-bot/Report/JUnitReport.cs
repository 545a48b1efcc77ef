using System.Globalization;
using System.Text;
using System.Xml;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// What CI servers take for the results of tests: a suite for each file, and in it a failed case for each rule and
/// object. Source: the schema of Jenkins' xunit plugin, junit-10.xsd. What the baseline knows is skipped, and what
/// cannot be read is an error.
/// </summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new UTF8Encoding(false),
        // A return that a manifest brought along would be read as a line feed.
        NewLineHandling = NewLineHandling.Entitize,
    };

    public static void Write(Stream output, ScanResult result)
    {
        // A file without an object, or of which --since says nothing, has neither passed nor failed.
        var suites = result.Files
            .Where(file => (file.Documents > 0 && file.LeftOut == 0) || file.Findings.Count + file.Problems.Count > 0)
            .Select(file => (file.File, Cases: CasesOf(file, result)))
            .ToList();
        var cases = suites.SelectMany(suite => suite.Cases).ToList();
        using var writer = XmlWriter.Create(output, Settings);
        writer.WriteStartElement("testsuites");
        writer.WriteAttributeString("name", "selfheal");
        WriteCounts(writer, cases);
        writer.WriteAttributeString("time", result.Elapsed.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
        foreach (var (file, own) in suites)
        {
            writer.WriteStartElement("testsuite");
            writer.WriteAttributeString("name", Safe(file));
            WriteCounts(writer, own);
            writer.WriteAttributeString("skipped", Count(own, "skipped"));
            writer.WriteAttributeString("time", "0");
            foreach (var each in own)
            {
                Write(writer, file, each);
            }

            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static List<Case> CasesOf(FileScan file, ScanResult result)
    {
        var cases = new List<Case>();
        cases.AddRange(file.Problems.Select(problem => new Case(
            $"{Words.Of(problem.Code)} {Number(problem.Line)}:{Number(problem.Column)}", "error", Words.Of(problem.Code), problem.Message, $"{Place(problem.File, problem.Line, problem.Column)}: {problem.Message}")));
        foreach (var group in file.Findings.GroupBy(finding => $"{finding.Rule.Id}: {finding.Object}"))
        {
            var unknown = group.Where(finding => result.Baseline?.Knows(finding) != true).ToList();
            cases.Add(unknown is [var first, ..]
                ? new(group.Key, "failure", Words.Of(first.Rule.Severity), first.Message, string.Join("\n\n", unknown.Select(Describe)))
                : new(group.Key, "skipped", null, "in the baseline", ""));
        }

        return cases.Count > 0 ? cases : [new("no findings", null, null, "", "")];
    }

    private static string Describe(Finding finding) =>
        $"{Place(finding.Origin.File, finding.Origin.Line, finding.Origin.Column)}: {finding.Message}"
        + (finding.Fix is { } fix ? $"\nfix: {fix.Title} ({Words.Of(fix.Safety)})"
            : finding.Refusal is { } refusal ? $"\nno fix: {Words.Of(refusal.Code)}: {refusal.Message}"
            : "");

    private static void Write(XmlWriter writer, string file, Case each)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("name", Safe(each.Name));
        writer.WriteAttributeString("classname", Safe(file));
        writer.WriteAttributeString("time", "0");
        if (each.Outcome is { } outcome)
        {
            writer.WriteStartElement(outcome);
            if (each.Type is { } type)
            {
                writer.WriteAttributeString("type", type);
            }

            writer.WriteAttributeString("message", Safe(each.Message));
            writer.WriteString(string.Join('\n', each.Text.Split('\n').Select(Safe)));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter writer, List<Case> cases)
    {
        writer.WriteAttributeString("tests", Number(cases.Count));
        writer.WriteAttributeString("failures", Count(cases, "failure"));
        writer.WriteAttributeString("errors", Count(cases, "error"));
    }

    private static string Count(List<Case> cases, string outcome) => Number(cases.Count(each => each.Outcome == outcome));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Place(string file, int line, int column) => $"{file}:{Number(line)}:{Number(column)}";

    /// <summary>Control characters become visible; of what is left, XML takes all but two characters.</summary>
    private static string Safe(string text) => Printable.Of(text)
        .Replace("\uFFFE", "\\ufffe", StringComparison.Ordinal)
        .Replace("\uFFFF", "\\uffff", StringComparison.Ordinal);

    /// <param name="Outcome">The element that says how it ended; null for passed.</param>
    private sealed record Case(string Name, string? Outcome, string? Type, string Message, string Text);
}
