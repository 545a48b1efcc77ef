using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>The webhook as a process of this machine.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly int metricsPort;
    private readonly List<string> log = [];

    private WebhookProcess(Process process, int port, int metricsPort)
    {
        this.metricsPort = metricsPort;
        this.process = process;
        Port = port;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string Log
    {
        get
        {
            lock (log)
            {
                return string.Join('\n', log);
            }
        }
    }

    public static async Task<WebhookProcess> StartAsync(params string[] arguments)
    {
        var (port, metricsPort) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "webhook.dll"), "--listen", $"{Installation.Host}:{port}", "--metrics-listen", $"{Installation.Host}:{metricsPort}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var webhook = new WebhookProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start"), port, metricsPort);
        await Eventually.TrueAsync(webhook.IsReadyAsync, () => $"the webhook does not become ready:\n{webhook.Log}");
        return webhook;
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var handler = new SocketsHttpHandler();
            using var client = new HttpMessageInvoker(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Installation.Host}:{metricsPort}/readyz");
            using var response = await client.SendAsync(request, CancellationToken.None);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>As a kubelet ends it.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Parse(Installation.Host), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (log)
        {
            log.Add(line.Data ?? "");
        }
    }
}
