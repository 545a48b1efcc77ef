using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>The report that other tools parse: version 1 of it never loses a member or changes one's meaning.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        // For a terminal or a file, never for a page: <, > and non-ASCII stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Stream output, ScanResult result)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        WriteFindings(writer, "findings", result.Findings, result.Baseline);
        WriteFindings(writer, "fixed", result.Fixed, result.Baseline);
        WriteExempted(writer, result.Exempted);
        WriteProblems(writer, result.Problems);
        WriteSummary(writer, result);
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteFindings(Utf8JsonWriter writer, string name, IEnumerable<Finding> findings, BaselineComparison? baseline)
    {
        writer.WriteStartArray(name);
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("rule", finding.Rule.Id);
            writer.WriteString("severity", Words.Of(finding.Rule.Severity));
            writer.WriteString("file", finding.Origin.File);
            writer.WriteNumber("document", finding.Origin.Document);
            if (finding.Origin.Item is { } item)
            {
                writer.WriteNumber("item", item);
            }
            else
            {
                writer.WriteNull("item");
            }

            writer.WriteNumber("line", finding.Origin.Line);
            writer.WriteNumber("column", finding.Origin.Column);
            writer.WriteString("apiVersion", finding.Object.ApiVersion);
            writer.WriteString("kind", finding.Object.Kind);
            writer.WriteString("namespace", finding.Object.Namespace);
            writer.WriteString("name", finding.Object.Name);
            writer.WriteString("pointer", finding.Pointer);
            writer.WriteString("message", finding.Message);
            WriteFix(writer, finding);
            WriteRefusal(writer, finding.Refusal);
            WriteBaseline(writer, finding, baseline);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteExempted(Utf8JsonWriter writer, IEnumerable<ExemptedFinding> exempted)
    {
        writer.WriteStartArray("exempted");
        foreach (var exempt in exempted)
        {
            var finding = exempt.Finding;
            writer.WriteStartObject();
            writer.WriteString("rule", finding.Rule.Id);
            writer.WriteString("severity", Words.Of(finding.Rule.Severity));
            writer.WriteString("file", finding.Origin.File);
            writer.WriteNumber("line", finding.Origin.Line);
            writer.WriteNumber("column", finding.Origin.Column);
            writer.WriteStartObject("object");
            writer.WriteString("apiVersion", finding.Object.ApiVersion);
            writer.WriteString("kind", finding.Object.Kind);
            writer.WriteString("namespace", finding.Object.Namespace);
            writer.WriteString("name", finding.Object.Name);
            writer.WriteEndObject();
            writer.WriteString("pointer", finding.Pointer);
            writer.WriteString("message", finding.Message);
            writer.WriteString("by", exempt.Entry is null ? "inline" : "policy");
            writer.WriteString("owner", exempt.Owner);
            writer.WriteString("reason", exempt.Reason);
            writer.WriteString("expires", exempt.Expires.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFix(Utf8JsonWriter writer, Finding finding)
    {
        if (finding is not { Fix: { } fix, Rendered: { } rendered })
        {
            writer.WriteNull("fix");
            return;
        }

        writer.WriteStartObject("fix");
        writer.WriteString("safety", Words.Of(fix.Safety));
        writer.WriteString("title", fix.Title);
        writer.WritePropertyName("edits");
        rendered.Patch.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static void WriteRefusal(Utf8JsonWriter writer, Refusal? refusal)
    {
        if (refusal is null)
        {
            writer.WriteNull("refusal");
            return;
        }

        writer.WriteStartObject("refusal");
        writer.WriteString("code", Words.Of(refusal.Code));
        writer.WriteString("message", refusal.Message);
        writer.WriteEndObject();
    }

    private static void WriteBaseline(Utf8JsonWriter writer, Finding finding, BaselineComparison? baseline)
    {
        if (baseline is null)
        {
            writer.WriteNull("baseline");
            return;
        }

        writer.WriteBoolean("baseline", baseline.Knows(finding));
    }

    private static void WriteProblems(Utf8JsonWriter writer, IEnumerable<ProblemFile> problems)
    {
        writer.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            writer.WriteStartObject();
            writer.WriteString("file", problem.File);
            writer.WriteString("code", Words.Of(problem.Code));
            writer.WriteNumber("line", problem.Line);
            writer.WriteNumber("column", problem.Column);
            writer.WriteString("message", problem.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSummary(Utf8JsonWriter writer, ScanResult result)
    {
        writer.WriteStartObject("summary");
        writer.WriteNumber("files", result.Files.Count);
        writer.WriteNumber("documents", result.Files.Sum(file => file.Documents));
        writer.WriteNumber("findings", result.Findings.Count());
        writer.WriteNumber("fixable", result.Findings.Count(finding => finding.Fix is not null));
        writer.WriteNumber("fixed", result.Fixed.Count());
        writer.WriteNumber("exempted", result.Exempted.Count());
        writer.WriteNumber("problems", result.Problems.Count());
        WriteBaseline(writer, result);
        WriteSince(writer, result.Since);
        writer.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
        writer.WriteEndObject();
    }

    private static void WriteBaseline(Utf8JsonWriter writer, ScanResult result)
    {
        if (result.Baseline is not { } baseline)
        {
            writer.WriteNull("baseline");
            return;
        }

        writer.WriteStartObject("baseline");
        writer.WriteNumber("known", result.Findings.Count(baseline.Knows));
        writer.WriteNumber("new", result.Findings.Count(finding => !baseline.Knows(finding)));
        writer.WriteNumber("fixed", baseline.Fixed);
        writer.WriteEndObject();
    }

    private static void WriteSince(Utf8JsonWriter writer, ChangeSummary? since)
    {
        if (since is null)
        {
            writer.WriteNull("since");
            return;
        }

        writer.WriteStartObject("since");
        writer.WriteString("ref", since.Reference);
        writer.WriteString("base", since.Base);
        writer.WriteNumber("changedFiles", since.ChangedFiles);
        writer.WriteNumber("leftOut", since.LeftOut);
        writer.WriteEndObject();
    }
}
