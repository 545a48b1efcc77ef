using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// A handshake of this process with itself. A pair may be well-formed and yet of no use to TLS, for a key too short or a
/// hash too weak for the platform: better found before it is served than by the API server.
/// </summary>
internal static class TrialHandshake
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <returns>Null where it went well.</returns>
    public static async Task<string?> TryAsync(ServedCertificate certificate, TimeProvider clock, CancellationToken cancellationToken)
    {
        var up = new Pipe();
        var down = new Pipe();
        await using var server = new SslStream(new Duplex(up.Reader.AsStream(), down.Writer.AsStream()));
        await using var client = new SslStream(new Duplex(down.Reader.AsStream(), up.Writer.AsStream()));
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowTlsResume = false,

            // Whether the certificate can be used is the question here, not who made it.
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.Leaf.RawDataMemory.Span),
        };
        var serving = EndAsync(server.AuthenticateAsServerAsync(certificate.Options, either.Token), down.Writer);
        var asking = EndAsync(client.AuthenticateAsClientAsync(options, either.Token), up.Writer);
        var problem = await serving ?? await asking;
        await asking;
        cancellationToken.ThrowIfCancellationRequested();
        return problem;
    }

    /// <summary>When one side gives up, the other must not wait for it.</summary>
    private static async Task<string?> EndAsync(Task handshake, PipeWriter writer)
    {
        try
        {
            await handshake;
            return null;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            await writer.CompleteAsync();
            return exception.InnerException?.Message ?? exception.Message;
        }
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
