using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Events;

/// <summary>
/// Writes events as <c>docs/webhook-events.md</c> describes them. Nothing of what stands in an environment, in a ConfigMap or in
/// a Secret goes out, not even where an edit would put it.
/// </summary>
internal static class EventText
{
    public const int MaxBytes = 64 * 1024;

    private const int MostFindings = 100;

    public static byte[] Of(DecisionEvent made)
    {
        var text = Of(made, withEdits: true, MostFindings);
        return text.Length <= MaxBytes ? text : Of(made, withEdits: false, MostFindings / 5);
    }

    private static byte[] Of(DecisionEvent made, bool withEdits, int mostFindings)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        var decision = made.Decision;
        var findings = decision.IsAllowed ? decision.Corrected : decision.Denials;
        json.WriteStartObject();
        json.WriteString("id"u8, made.Uid);
        json.WriteString("type"u8, decision.IsAllowed ? "corrected" : "denied");
        json.WriteString("time"u8, made.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("policy"u8, made.Policy);
        json.WriteString("operation"u8, made.Operation.ToString().ToUpperInvariant());
        json.WriteString("subResource"u8, made.SubResource);
        json.WriteString("requester"u8, made.User);
        WriteObject(json, made.Object);
        if (decision.FixId is { } fixId)
        {
            json.WriteString("fixId"u8, fixId);
        }

        json.WriteStartArray("findings"u8);
        foreach (var finding in findings.Take(mostFindings))
        {
            WriteFinding(json, finding, withEdits);
        }

        json.WriteEndArray();
        if (findings.Count > mostFindings)
        {
            json.WriteNumber("findingsLeftOut"u8, findings.Count - mostFindings);
        }

        if (decision.Patch is { } patch)
        {
            WritePatch(json, patch, withEdits);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteObject(Utf8JsonWriter json, ObjectIdentity identity)
    {
        json.WriteStartObject("object"u8);
        json.WriteString("apiVersion"u8, identity.ApiVersion);
        json.WriteString("kind"u8, identity.Kind);
        json.WriteString("namespace"u8, identity.Namespace);
        json.WriteString(identity.HasGeneratedName ? "generateName"u8 : "name"u8, identity.Name);
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding, bool withEdits)
    {
        json.WriteStartObject();
        json.WriteString("rule"u8, finding.Rule.Id);
        json.WriteString("pointer"u8, finding.Pointer);
        json.WriteString("path"u8, finding.Path.ToString());
        json.WriteString("message"u8, BoundedText.Line(finding.Message, 512));
        if (finding.Container is { } container)
        {
            json.WriteString("container"u8, container);
        }

        if (withEdits && finding.Fix is { } fix)
        {
            json.WriteStartObject("fix"u8);
            json.WriteString("safety"u8, fix.Safety.ToString().ToLowerInvariant());
            json.WriteStartArray("edits"u8);
            foreach (var edit in fix.Edits)
            {
                WriteEdit(json, edit);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (finding.Refusal is { } refusal)
        {
            json.WriteString("needs"u8, BoundedText.Line(refusal.Message, 512));
        }

        json.WriteEndObject();
    }

    private static void WriteEdit(Utf8JsonWriter json, Edit edit)
    {
        var (key, value) = edit switch
        {
            Edit.Set set => ("set", set.Value),
            Edit.Append append => ("append", append.Value),
            _ => ("remove", null),
        };
        json.WriteStartObject();
        json.WriteString(key, edit.Path.ToString());
        if (value is not null && edit.Path.Steps.Any(step => step is PathStep.Key("env" or "data" or "stringData" or "binaryData")))
        {
            json.WriteBoolean("valueLeftOut"u8, true);
        }
        else if (value is not null)
        {
            json.WritePropertyName("value"u8);
            value.ToJson().WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WritePatch(Utf8JsonWriter json, JsonPatch patch, bool withEdits)
    {
        var record = RecordOf(patch);
        if (!withEdits || record is null
            || patch.Operations.Any(operation => operation.Path.ToString().Split('/').Any(token => token is "env" or "data" or "stringData" or "binaryData")))
        {
            json.WriteBoolean("patchLeftOut"u8, true);
            return;
        }

        json.WritePropertyName("patch"u8);
        patch.WriteTo(json);

        // The annotation's own text, so that what is written back is what stands on the object.
        json.WritePropertyName("edits"u8);
        json.WriteRawValue(record);
    }

    private static string? RecordOf(JsonPatch patch)
    {
        foreach (var operation in patch.Operations)
        {
            if (operation is JsonPatchOperation.Add { Value: { } value } add)
            {
                var text = value is JsonObject map ? map[MutationRecord.Annotation] ?? (map["annotations"] as JsonObject)?[MutationRecord.Annotation]
                    : add.Path.ToString().EndsWith("/selfheal.io~1mutated", StringComparison.Ordinal) ? value
                    : null;
                if (text is JsonValue found && found.TryGetValue(out string? record))
                {
                    return record;
                }
            }
        }

        return null;
    }
}
