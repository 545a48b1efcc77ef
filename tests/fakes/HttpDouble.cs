using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SelfHealGitOps.Fakes;

/// <summary>A request as a double of a server got it.</summary>
/// <param name="Target">Path and query.</param>
public sealed record HttpAsked(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Target.Split('?')[0];

    public string? Authorization => Headers.GetValueOrDefault("Authorization");
}

/// <summary>What a double answers.</summary>
public sealed record HttpTold(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>Never answers, until the other side gives up.</summary>
    public bool Hangs { get; init; }

    /// <summary>Breaks off in the middle of its body.</summary>
    public bool IsCut { get; init; }

    public static HttpTold Text(int status, string body, params (string Name, string Value)[] headers) => new(status, Encoding.UTF8.GetBytes(body), headers);
}

/// <summary>An HTTP/1.1 server on loopback that can do what no decent server does. One request on each connection.</summary>
public abstract class HttpDouble : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<HttpAsked> asked = [];
    private readonly Task loop;

    protected HttpDouble()
    {
        listener.Start();
        loop = AcceptAsync();
    }

    /// <summary>Looked at first; null to answer as a decent server would.</summary>
    public Func<HttpAsked, HttpTold?>? Misbehave { get; set; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Host and port.</summary>
    public string Host => $"127.0.0.1:{Port}";

    public IReadOnlyList<HttpAsked> Asked
    {
        get
        {
            lock (asked)
            {
                return [.. asked];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not the listener first: between two clients nobody waits at it, and one that is stopped refuses to be waited at.
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
        listener.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract HttpTold Tell(HttpAsked request);

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
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var stream = client.GetStream();
            var request = await ReadAsync(stream);
            lock (asked)
            {
                asked.Add(request);
            }

            var told = Misbehave?.Invoke(request) ?? Tell(request);
            if (told.Hangs)
            {
                await Task.Delay(Timeout.Infinite, stop.Token);
            }

            var head = new StringBuilder();
            head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {told.Status} Told\r\nConnection: close\r\n");
            foreach (var (name, value) in told.Headers)
            {
                head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }

            var length = told.IsCut ? told.Body.Length + 100 : told.Body.Length;
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), stop.Token);
            if (request.Method != "HEAD")
            {
                await stream.WriteAsync(told.Body, stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side has gone: often what the test is about.
        }
    }

    private async Task<HttpAsked> ReadAsync(NetworkStream stream)
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

        return new(first[0], first[1], headers);
    }
}
