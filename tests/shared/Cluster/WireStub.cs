using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>What came over the wire.</summary>
internal sealed record WireRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, X509Certificate2? ClientCertificate)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>An HTTP/1.1 server that writes just the bytes it is told to, one request on each connection.</summary>
internal sealed class WireStub : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2? certificate;
    private readonly Func<WireRequest, Stream, Task> answer;
    private readonly Task loop;
    private readonly List<WireRequest> requests = [];

    public WireStub(Func<WireRequest, Stream, Task> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        loop = AcceptAsync();
    }

    public WireStub(Func<WireRequest, string> answer, X509Certificate2? certificate = null)
        : this(async (request, stream) => await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(request))), certificate)
    {
    }

    public Uri Url => new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public IReadOnlyList<WireRequest> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    public static string Json(string body, string status = "200 OK", params string[] headers) =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n"
        + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n" + body;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await loop;
        stop.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            Stream stream = client.GetStream();
            X509Certificate2? shown = null;
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = certificate,
                        ClientCertificateRequired = true,
#pragma warning disable CA5359 // Tests look at the certificate afterwards.
                        RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
                    },
                    stop.Token);
                shown = tls.RemoteCertificate as X509Certificate2;
                stream = tls;
            }

            var request = await ReadAsync(stream, shown);
            lock (requests)
            {
                requests.Add(request);
            }

            await answer(request, stream);
            await stream.FlushAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has gone: often what the test is about.
        }
    }

    private async Task<WireRequest> ReadAsync(Stream stream, X509Certificate2? shown)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                throw new IOException("the request ends in its head");
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        var first = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..].Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop.Token);
        return new(first[0], first[1], headers, Encoding.UTF8.GetString(body), shown);
    }
}
