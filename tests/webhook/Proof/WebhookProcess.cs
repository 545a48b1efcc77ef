using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SelfHealGitOps.Webhook.Tests.Bypass;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>The webhook as a process of its own, behind HTTPS on the loopback, asked over connections that are kept.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private const int Connections = 4;

    private readonly Process process;
    private readonly HttpClient client;
    private readonly string folder;
    private readonly StringBuilder log = new();

    private WebhookProcess(Process process, int port, string folder, string hash)
    {
        this.process = process;
        this.folder = folder;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Nobody vouches for the certificate; it has to be the very one.
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == hash;
        client = new(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public static async Task<WebhookProcess> StartAsync(params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("webhook-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());

        // Hints only warn unless the owner says otherwise, and a warning is cut short.
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.yaml"), "admission: {mode: enforce}\n");
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])[Path.Combine(AppContext.BaseDirectory, "webhook.dll"), "--listen", $"127.0.0.1:{port}", "--tls-cert", "tls.crt", "--tls-key", "tls.key", "--policy", "policy.yaml", .. args])
        {
            start.ArgumentList.Add(arg);
        }

        var started = new WebhookProcess(Process.Start(start)!, port, folder, certificate.GetCertHashString(HashAlgorithmName.SHA256));
        await started.WaitUntilReadyAsync();
        return started;
    }

    /// <summary>Asks for each of them, a few at a time, and answers in the order of the questions.</summary>
    public async Task<Answer[]> AskAsync(string path, IReadOnlyList<byte[]> bodies)
    {
        var answers = new Answer[bodies.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, bodies.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (i, cancellationToken) =>
            {
                using var content = new ByteArrayContent(bodies[i]);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                answers[i] = response.StatusCode switch
                {
                    HttpStatusCode.OK => Answer.Of(bytes),
                    HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge => Answer.Refusing(Encoding.UTF8.GetString(bytes)),
                    _ => throw new InvalidOperationException($"{response.StatusCode}: {Encoding.UTF8.GetString(bytes)}\n{Log()}"),
                };
            });
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the webhook ended with {process.ExitCode}:\n{Log()}");
            }

            try
            {
                using var response = await client.GetAsync(new Uri("readyz", UriKind.Relative), patience.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Note(string? line)
    {
        lock (log)
        {
            if (line is not null && log.Length < 10_000)
            {
                log.AppendLine(line);
            }
        }
    }

    private string Log()
    {
        lock (log)
        {
            return log.ToString();
        }
    }
}
