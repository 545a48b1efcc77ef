using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Passes for other tools. Names and meanings stay; more may come.</summary>
internal static class PassJson
{
    public static void Write(IReadOnlyList<PassReport> reports, bool isDryRun, TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteBoolean("dryRun", isDryRun);
            json.WriteStartArray("repositories");
            foreach (var report in reports)
            {
                Write(report, json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(PassReport report, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("repository", report.Repository);
        json.WriteString("base", report.Base);
        json.WriteString("commit", report.Commit);
        json.WriteString("failure", report.Failure);
        json.WriteNumber("files", report.Files);
        json.WriteNumber("manifests", report.Documents);
        json.WriteNumber("findings", report.Findings);
        json.WriteNumber("later", report.Later);
        json.WriteStartArray("events");
        foreach (var each in report.Events)
        {
            json.WriteStartObject();
            json.WriteString("act", PassTable.WordOf(each.Act));
            json.WriteString("what", each.What);
            json.WriteString("where", each.Where);
            json.WriteString("why", each.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("queue");
        foreach (var item in report.Queue)
        {
            QueueReport.Write(json, item, report.Titles.GetValueOrDefault(item.Item.Id));
        }

        json.WriteEndArray();
        json.WriteStartArray("refused");
        foreach (var (file, refused) in report.Refused.SelectMany(file => file.Findings.Select(refused => (file.Target.File, refused))))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteNumber("line", refused.Finding.Origin.Line);
            json.WriteString("rule", refused.Finding.Rule.Id);
            json.WriteString("object", refused.Finding.Object.ToString());
            json.WriteString("code", Words.Of(refused.Refusal.Code));
            json.WriteString("reason", refused.Refusal.Message);
            json.WriteString("id", refused.Id.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var problem in report.Problems)
        {
            json.WriteStringValue(problem);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
