using System.Buffers;
using System.Text.Json;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>Writes the answer as an AdmissionReview of admission.k8s.io/v1.</summary>
internal static class AdmissionResponse
{
    /// <summary>Whoever wants to see more violations than this of one object asks <c>selfheal scan</c>.</summary>
    private const int MostCauses = 1000;

    /// <summary>Names and values may be as large as the object: they are not sent back a thousand times.</summary>
    private const int MostBytesOfCause = 1024;

    private static readonly JsonEncodedText ApiVersion = JsonEncodedText.Encode("admission.k8s.io/v1");

    public static void Write(Utf8JsonWriter writer, string uid, AdmissionDecision decision)
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, ApiVersion);
        writer.WriteString("kind"u8, "AdmissionReview"u8);
        writer.WriteStartObject("response"u8);
        writer.WriteString("uid"u8, uid);
        writer.WriteBoolean("allowed"u8, decision.IsAllowed);
        if (!decision.IsAllowed)
        {
            WriteStatus(writer, decision);
        }

        if (decision.Patch is { } patch)
        {
            writer.WriteString("patchType"u8, "JSONPatch"u8);
            writer.WritePropertyName("patch"u8);
            var json = new ArrayBufferWriter<byte>();
            using (var inner = new Utf8JsonWriter(json))
            {
                patch.WriteTo(inner);
            }

            writer.WriteBase64StringValue(json.WrittenSpan);
        }

        if (decision.Warnings.Count > 0)
        {
            writer.WriteStartArray("warnings"u8);
            foreach (var warning in decision.Warnings)
            {
                writer.WriteStringValue(warning);
            }

            writer.WriteEndArray();
        }

        if (decision.AuditAnnotations.Count > 0)
        {
            writer.WriteStartObject("auditAnnotations"u8);
            foreach (var (key, value) in decision.AuditAnnotations)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteStatus(Utf8JsonWriter writer, AdmissionDecision decision)
    {
        writer.WriteStartObject("status"u8);
        writer.WriteString("status"u8, "Failure"u8);
        writer.WriteNumber("code"u8, 403);
        writer.WriteString("reason"u8, "Forbidden"u8);
        writer.WriteString("message"u8, decision.Message);
        writer.WriteStartObject("details"u8);
        writer.WriteStartArray("causes"u8);
        for (var i = 0; i < Math.Min(decision.Denials.Count, MostCauses); i++)
        {
            var finding = decision.Denials[i];
            writer.WriteStartObject();
            writer.WriteString("reason"u8, finding.Rule.Id);
            writer.WriteString("field"u8, BoundedText.Line(finding.Pointer, MostBytesOfCause));
            writer.WriteString("message"u8, BoundedText.Line(finding.Message, MostBytesOfCause));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
