using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>The buffers that one review needs; kept from request to request, and let go of when one has swollen them.</summary>
internal sealed class ReviewWorkspace : IDisposable
{
    /// <summary>Two objects of 3 MiB have some 400,000; what has more is made to be large.</summary>
    private const int MostNodes = 1_000_000;

    private const int MostKeptBytes = 512 * 1024;
    private const int MostKeptNodes = 64 * 1024;

    // No browser reads the answer as a page, so quotes alone need an escape; and what is written is checked by tests.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> answer = new(1024);

    public ReviewWorkspace() => Writer = new(answer, Plain);

    public EnvelopeReader Reader { get; } = new(MostNodes);

    public AdmissionReviewer Reviewer { get; } = new();

    public Utf8JsonWriter Writer { get; }

    public ReadOnlyMemory<byte> Answer => answer.WrittenMemory;

    public bool IsWorthKeeping => Reader.Capacity <= MostKeptNodes && answer.Capacity <= MostKeptBytes;

    public void Clear()
    {
        answer.ResetWrittenCount();
        Writer.Reset();
    }

    public void Dispose() => Writer.Dispose();
}
