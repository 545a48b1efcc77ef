using System.Buffers;
using System.Text.Json;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>The buffers that one review needs; kept from request to request, and let go of when one has swollen them.</summary>
internal sealed class ReviewWorkspace : IDisposable
{
    private const int MostKeptBytes = 512 * 1024;
    private const int MostKeptNodes = 64 * 1024;

    private byte[] body = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> answer = new(1024);

    public ReviewWorkspace() => Writer = new(answer);

    public EnvelopeReader Reader { get; } = new();

    public AdmissionReviewer Reviewer { get; } = new();

    public Utf8JsonWriter Writer { get; }

    public ReadOnlyMemory<byte> Answer => answer.WrittenMemory;

    public bool IsWorthKeeping => body.Length <= MostKeptBytes && Reader.Capacity <= MostKeptNodes && answer.Capacity <= MostKeptBytes;

    /// <summary>A buffer of at least this size that begins with what was read so far.</summary>
    public byte[] Body(int atLeast)
    {
        if (body.Length < atLeast)
        {
            Array.Resize(ref body, Math.Max(atLeast, body.Length * 2));
        }

        return body;
    }

    public void Clear()
    {
        answer.ResetWrittenCount();
        Writer.Reset();
    }

    public void Dispose() => Writer.Dispose();
}
