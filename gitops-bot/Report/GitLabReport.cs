using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>
/// GitLab's Code Quality report. Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
/// GitLab compares two reports by fingerprint and path; a path begins at the root of the repository.
/// </summary>
internal static class GitLabReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream output, ScanResult result)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartArray();
        var twins = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var problem in result.Problems)
        {
            var path = result.Fingerprints.NameOf(problem.File);
            var code = Words.Of(problem.Code);
            var identity = $"{code}\n{path}";
            var twin = twins.GetValueOrDefault(identity);
            twins[identity] = twin + 1;

            // The worst there is: of what could not be read, nothing has been judged.
            Write(writer, problem.Message, code, FindingFingerprints.Hash(identity, twin), "critical", path, problem.Line);
        }

        foreach (var finding in result.Findings.Where(finding => result.Baseline?.Knows(finding) != true))
        {
            var severity = finding.Rule.Severity switch
            {
                Severity.Error => "major",
                Severity.Warning => "minor",
                _ => "info",
            };
            Write(
                writer,
                $"{finding.Object}: {finding.Message}",
                finding.Rule.Id,
                result.Fingerprints.Of(finding),
                severity,
                result.Fingerprints.NameOf(finding.Origin.File),
                finding.Origin.Line);
        }

        writer.WriteEndArray();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter writer, string description, string check, string fingerprint, string severity, string path, int line)
    {
        writer.WriteStartObject();
        writer.WriteString("description", description);
        writer.WriteString("check_name", check);
        writer.WriteString("fingerprint", fingerprint);
        writer.WriteString("severity", severity);
        writer.WriteStartObject("location");
        writer.WriteString("path", path);
        writer.WriteStartObject("lines");
        writer.WriteNumber("begin", line);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
