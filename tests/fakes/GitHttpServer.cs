using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SelfHealGitOps.Fakes;

/// <summary>
/// A smart-HTTP server: git's own <c>http-backend</c> behind a listener on this machine, with Basic authentication, and
/// with the ways in which servers fail.
/// </summary>
public sealed class GitHttpServer : IDisposable
{
    public const string User = "x-access-token";

    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource ended = new();
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string folder;

    /// <param name="folder">Of bare repositories.</param>
    public GitHttpServer(string folder)
    {
        this.folder = folder;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        _ = Listen();
    }

    public int Port { get; }

    /// <summary>What a client has to show; null for whatever it likes.</summary>
    public string? Token { get; set; }

    /// <summary>Answers with this status and nothing else.</summary>
    public int? Status { get; set; }

    public string? Location { get; set; }

    /// <summary>What it says beside the status.</summary>
    public string? Body { get; set; }

    /// <summary>Takes each request and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Breaks off after so many bytes of an answer to a POST.</summary>
    public int? CutsAfter { get; set; }

    /// <summary>Lets the server do its work, and breaks off before it says so.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Ends with the first request.</summary>
    public Task Asked => asked.Task;

    /// <summary>Paths with queries that were asked for.</summary>
    public List<string> Requests { get; } = [];

    public string Url(string repository) => $"http://127.0.0.1:{Port}/{repository}";

    public void Dispose()
    {
        ended.Cancel();
        listener.Close();
        ended.Dispose();
    }

    private async Task Listen()
    {
        while (listener.IsListening)
        {
            try
            {
                _ = Answer(await listener.GetContextAsync(), ended.Token);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Answer(HttpListenerContext context, CancellationToken cancellationToken)
    {
        try
        {
            lock (Requests)
            {
                Requests.Add(context.Request.RawUrl ?? "");
            }

            asked.TrySetResult();

            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            if (Status is { } status)
            {
                context.Response.StatusCode = status;
                if (Location is { } location)
                {
                    context.Response.AddHeader("Location", location);
                }

                if (Body is { } body)
                {
                    context.Response.ContentType = "text/plain";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), cancellationToken);
                }

                context.Response.Close();
            }
            else if (Token is { } token && context.Request.Headers["Authorization"] != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{token}"))}")
            {
                context.Response.StatusCode = 401;
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"git\"");
                context.Response.Close();
            }
            else
            {
                await Serve(context, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpListenerException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }

    private async Task Serve(HttpListenerContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("http-backend");
        (string Name, string? Value)[] variables =
        [
            ("GIT_PROJECT_ROOT", folder), ("GIT_HTTP_EXPORT_ALL", "1"), ("PATH_INFO", request.Url!.AbsolutePath), ("QUERY_STRING", request.Url.Query.TrimStart('?')),
            ("REQUEST_METHOD", request.HttpMethod), ("CONTENT_TYPE", request.ContentType), ("REMOTE_USER", User), ("REMOTE_ADDR", "127.0.0.1"),
            ("HTTP_CONTENT_ENCODING", request.Headers["Content-Encoding"]), ("GIT_PROTOCOL", request.Headers["Git-Protocol"]),
            ("CONTENT_LENGTH", request.ContentLength64 >= 0 ? request.ContentLength64.ToString(CultureInfo.InvariantCulture) : null),
        ];
        foreach (var (name, value) in variables.Where(variable => variable.Value is not null))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await request.InputStream.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
        process.StandardInput.Close();
        using var answer = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(answer, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var isPush = request.Url.AbsolutePath.EndsWith("git-receive-pack", StringComparison.Ordinal);
        if (LosesAnswers && isPush)
        {
            context.Response.Abort();
            return;
        }

        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var header in Encoding.ASCII.GetString(bytes, 0, Math.Max(end, 0)).Split("\r\n").Select(line => line.Split(": ", 2)).Where(header => header.Length == 2))
        {
            if (header[0] == "Status")
            {
                context.Response.StatusCode = int.Parse(header[1][..3], CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.AddHeader(header[0], header[1]);
            }
        }

        var body = bytes.AsMemory(end + 4);
        if (CutsAfter is { } cut && request.HttpMethod == "POST")
        {
            context.Response.ContentLength64 = body.Length + 1000;
            await context.Response.OutputStream.WriteAsync(body[..Math.Min(cut, body.Length)], cancellationToken);
            context.Response.Abort();
            return;
        }

        context.Response.ContentLength64 = body.Length;
        await context.Response.OutputStream.WriteAsync(body, cancellationToken);
        context.Response.Close();
    }
}
