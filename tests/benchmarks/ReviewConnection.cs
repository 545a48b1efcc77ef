using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace SelfHealGitOps.Benchmarks;

/// <summary>One connection that is kept alive, as the API server keeps its own: HTTP/1.1 over TLS, one request at a time.</summary>
internal sealed class ReviewConnection : IAsyncDisposable
{
    private readonly SslStream stream;
    private byte[] answer = new byte[64 * 1024];

    private ReviewConnection(SslStream stream) => this.stream = stream;

    public static async Task<ReviewConnection> OpenAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
#pragma warning disable CA5359 // The server is a process of our own on loopback, with a certificate that was made for this run.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            });
            return new(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>Whether the object was admitted.</returns>
    public async ValueTask<bool> AskAsync(ReadOnlyMemory<byte> request)
    {
        await stream.WriteAsync(request);
        var (filled, total) = (0, int.MaxValue);
        while (filled < total)
        {
            if (filled == answer.Length)
            {
                Array.Resize(ref answer, answer.Length * 2);
            }

            var read = await stream.ReadAsync(answer.AsMemory(filled));
            if (read == 0)
            {
                throw new IOException("the server has closed the connection");
            }

            filled += read;
            if (total == int.MaxValue)
            {
                total = LengthOf(answer.AsSpan(0, filled));
            }
        }

        var text = answer.AsSpan(0, filled);
        return text.StartsWith("HTTP/1.1 200"u8) && text.IndexOf("\"allowed\":"u8) is >= 0 and var at
            ? text[(at + 10)..].StartsWith("true"u8)
            : throw new IOException($"no verdict: {System.Text.Encoding.UTF8.GetString(text)}");
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static int LengthOf(ReadOnlySpan<byte> soFar)
    {
        var end = soFar.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return int.MaxValue;
        }

        var at = soFar.IndexOf("Content-Length: "u8);
        return at >= 0 && at < end && Utf8Parser.TryParse(soFar[(at + 16)..], out int length, out _)
            ? end + 4 + length
            : throw new IOException("the answer has no Content-Length");
    }
}
