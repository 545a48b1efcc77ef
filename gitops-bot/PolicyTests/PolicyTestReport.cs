using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.PolicyTests;

/// <summary>Says how the cases came out, to people or to the tools of a pipeline.</summary>
internal static class PolicyTestReport
{
    public static string[] Formats { get; } = ["table", "json", "junit"];

    public static void WriteTable(TextWriter output, Terminal terminal, IReadOnlyList<PolicyCaseResult> results)
    {
        foreach (var result in results)
        {
            var mark = result.HasPassed ? terminal.Ansi.Green("ok  ") : terminal.Ansi.Red("FAIL");
            var note = result.Written.Count > 0 ? $"  (wrote {string.Join(", ", result.Written)})" : "";
            output.WriteLine($"{mark} {Printable.Of(result.Case.Name)}{note}");
            foreach (var failure in result.Failures)
            {
                output.WriteLine($"     {failure.File}: {Printable.Of(failure.Message)}");
                if (failure is { Expected: { } expected, Actual: { } actual })
                {
                    new DiffReport(output, terminal).Write($"{result.Case.Name}/{failure.File}", expected, actual);
                }
            }
        }

        output.WriteLine($"{results.Count(result => result.HasPassed)} passed, {results.Count(result => !result.HasPassed)} failed");
    }

    public static void WriteJson(Stream output, IReadOnlyList<PolicyCaseResult> results)
    {
        using var writer = new Utf8JsonWriter(output, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteStartArray("cases");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("name", result.Case.Name);
            writer.WriteString("rule", result.Case.RuleId);
            writer.WriteBoolean("passed", result.HasPassed);
            writer.WriteStartArray("failures");
            foreach (var failure in result.Failures)
            {
                writer.WriteStartObject();
                writer.WriteString("file", failure.File);
                writer.WriteString("message", failure.Message);
                writer.WriteString("expected", failure.Expected);
                writer.WriteString("actual", failure.Actual);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("passed", results.Count(result => result.HasPassed));
        writer.WriteNumber("failed", results.Count(result => !result.HasPassed));
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    public static void WriteJUnit(Stream output, IReadOnlyList<PolicyCaseResult> results)
    {
        using var writer = XmlWriter.Create(output, new() { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n", CheckCharacters = true });
        writer.WriteStartElement("testsuites");
        writer.WriteStartElement("testsuite");
        writer.WriteAttributeString("name", "selfheal policy test");
        writer.WriteAttributeString("tests", results.Count.ToString(CultureInfo.InvariantCulture));
        writer.WriteAttributeString("failures", results.Count(result => !result.HasPassed).ToString(CultureInfo.InvariantCulture));
        foreach (var result in results)
        {
            writer.WriteStartElement("testcase");
            writer.WriteAttributeString("classname", Printable.Of(result.Case.RuleId ?? "policy"));
            writer.WriteAttributeString("name", Printable.Of(result.Case.Name));
            if (!result.HasPassed)
            {
                writer.WriteStartElement("failure");
                writer.WriteAttributeString("message", Printable.Of($"{result.Failures[0].File}: {result.Failures[0].Message}"));
                writer.WriteString(TextOf(result));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    /// <summary>XML has no place for most control characters, not even escaped.</summary>
    private static string TextOf(PolicyCaseResult result)
    {
        var text = new StringWriter { NewLine = "\n" };
        WriteTable(text, new Terminal(IsThere: true, Ansi.None), [result]);
        return string.Concat(text.ToString().Where(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c)));
    }
}
