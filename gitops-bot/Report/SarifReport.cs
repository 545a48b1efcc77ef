using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// SARIF 2.1.0 (OASIS), with the fixes as replacements of text and with fingerprints that survive moved lines. Problems
/// with files are notifications of the invocation.
/// </summary>
internal static class SarifReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream output, ScanResult result, string version)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        var rules = result.Findings.Concat(result.Exempted.Select(exempted => exempted.Finding)).Select(finding => finding.Rule).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        WriteTool(writer, rules, version);
        WriteInvocation(writer, result);
        if (result.Root is { } root)
        {
            writer.WriteStartObject("originalUriBaseIds");
            writer.WriteStartObject("SRCROOT");
            writer.WriteString("uri", new Uri(root.EndsWith('/') ? root : root + "/").AbsoluteUri);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteString("columnKind", "utf16CodeUnits");
        writer.WriteStartArray("results");
        // All results say whether they are suppressed, or none does (3.27.23).
        var hasExempted = result.Exempted.Any();
        foreach (var file in result.Files)
        {
            WriteResults(writer, file, rules, result, hasExempted);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteTool(Utf8JsonWriter writer, List<RuleInfo> rules, string version)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "selfheal");
        writer.WriteString("semanticVersion", version);
        writer.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule.Id);
            WriteText(writer, "shortDescription", rule.Title);
            WriteText(writer, "fullDescription", rule.Why);
            WriteText(writer, "help", rule.Remedy);
            writer.WriteString("helpUri", rule.Source);
            writer.WriteStartObject("defaultConfiguration");
            writer.WriteString("level", Level(rule.Severity));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter writer, ScanResult result)
    {
        writer.WriteStartArray("invocations");
        writer.WriteStartObject();
        writer.WriteBoolean("executionSuccessful", !result.Problems.Any());
        writer.WriteStartArray("toolExecutionNotifications");
        foreach (var problem in result.Problems)
        {
            writer.WriteStartObject();
            writer.WriteString("level", "error");
            WriteText(writer, "message", $"{Words.Of(problem.Code)}: {problem.Message}");
            writer.WriteStartArray("locations");
            writer.WriteStartObject();
            WritePlace(writer, problem.File, problem.Line, problem.Column);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteResults(Utf8JsonWriter writer, FileScan file, List<RuleInfo> rules, ScanResult result, bool hasExempted)
    {
        for (var i = 0; i < file.Findings.Count; i++)
        {
            var finding = file.Findings[i];
            writer.WriteStartObject();
            WriteResult(writer, finding, rules, result);
            if (result.Baseline is { } baseline)
            {
                writer.WriteString("baselineState", baseline.Knows(finding) ? "unchanged" : "new");
            }

            WriteFix(writer, finding, i < file.Excerpts.Count ? file.Excerpts[i].Changes : []);
            if (hasExempted)
            {
                writer.WriteStartArray("suppressions");
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        foreach (var exempted in file.Exempted)
        {
            writer.WriteStartObject();
            WriteResult(writer, exempted.Finding, rules, result);
            WriteSuppression(writer, exempted);
            writer.WriteEndObject();
        }
    }

    private static void WriteResult(Utf8JsonWriter writer, Finding finding, List<RuleInfo> rules, ScanResult result)
    {
        writer.WriteString("ruleId", finding.Rule.Id);
        writer.WriteNumber("ruleIndex", rules.FindIndex(rule => rule.Id == finding.Rule.Id));
        writer.WriteString("level", Level(finding.Rule.Severity));
        WriteText(writer, "message", $"{finding.Object}: {finding.Message}");
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        WritePlace(writer, finding.Origin.File, finding.Origin.Line, finding.Origin.Column);
        writer.WriteStartArray("logicalLocations");
        writer.WriteStartObject();
        writer.WriteString("fullyQualifiedName", $"{finding.Object}{finding.Pointer}");
        writer.WriteString("kind", "resource");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartObject("partialFingerprints");
        writer.WriteString("selfheal/v1", result.Fingerprints.Of(finding));
        writer.WriteEndObject();
    }

    private static void WriteSuppression(Utf8JsonWriter writer, ExemptedFinding exempted)
    {
        writer.WriteStartArray("suppressions");
        writer.WriteStartObject();
        writer.WriteString("kind", exempted.Entry is null ? "inSource" : "external");
        writer.WriteString("status", "accepted");
        writer.WriteString(
            "justification",
            $"{exempted.Reason} (until {exempted.Expires}{(exempted.Owner is { } owner ? $", {owner}" : "")})");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteFix(Utf8JsonWriter writer, Finding finding, IReadOnlyList<SourceChange> replacements)
    {
        if (finding.Fix is not { } fix || replacements.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("fixes");
        writer.WriteStartObject();
        WriteText(writer, "description", $"{fix.Title} ({Words.Of(fix.Safety)})");
        writer.WriteStartArray("artifactChanges");
        writer.WriteStartObject();
        WriteArtifact(writer, finding.Origin.File);
        writer.WriteStartArray("replacements");
        foreach (var replacement in replacements)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("deletedRegion");
            writer.WriteNumber("startLine", replacement.StartLine);
            writer.WriteNumber("startColumn", replacement.StartColumn);
            writer.WriteNumber("endLine", replacement.EndLine);
            writer.WriteNumber("endColumn", replacement.EndColumn);
            writer.WriteEndObject();
            writer.WriteStartObject("insertedContent");
            writer.WriteString("text", replacement.Text);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter writer, string file, int line, int column)
    {
        writer.WriteStartObject("physicalLocation");
        WriteArtifact(writer, file);
        writer.WriteStartObject("region");
        writer.WriteNumber("startLine", line);
        writer.WriteNumber("startColumn", column);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter writer, string file)
    {
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", string.Join('/', file.Split('/').Select(Uri.EscapeDataString)));
        if (file != "-")
        {
            writer.WriteString("uriBaseId", "SRCROOT");
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
