using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

/// <summary>Debian's <c>docker-registry</c> as a process of its own, on loopback and over a folder that goes with it.</summary>
internal sealed class DebianRegistry : IAsyncDisposable
{
    public const string User = "puller";
    public const string Password = "s3cret-of-a-test";

    // bcrypt of the password above.
    private const string PasswordLine = "puller:$2y$05$8XB.yvwjMPmMXD7UTtNGz.8qrFXxIyZ.JrFi/VdMu2ffEwpJf.AMK\n";

    private readonly TempFolder folder;
    private readonly Process process;
    private readonly HttpClient http;

    private DebianRegistry(TempFolder folder, Process process, string host, bool isClosed)
    {
        (this.folder, this.process, Host) = (folder, process, host);
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{host}"), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = isClosed
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")))
            : null;
    }

    /// <summary>Why there is none to test against; null where there is one.</summary>
    public static string? WhyNot { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "docker-registry")))
            ? null
            : "docker-registry is not installed";

    public string Host { get; }

    /// <param name="isClosed">Whether it wants the user and the password.</param>
    public static async Task<DebianRegistry> StartAsync(bool isClosed = false)
    {
        var folder = new TempFolder();
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var host = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        probe.Stop();
        folder.Write("htpasswd", PasswordLine);
        folder.Write(
            "config.yml",
            $"""
            version: 0.1
            log: {"{"}level: error{"}"}
            storage:
              filesystem:
                rootdirectory: {folder["data"]}
            http:
              addr: {host}
            {(isClosed ? $"auth:\n  htpasswd:\n    realm: tests\n    path: {folder["htpasswd"]}\n" : "")}
            """);
        var start = new ProcessStartInfo("docker-registry") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(folder["config.yml"]);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var registry = new DebianRegistry(folder, process, host, isClosed);
        for (var i = 0; ; i++)
        {
            try
            {
                using var answer = await registry.http.GetAsync(new Uri("/v2/", UriKind.Relative));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return registry;
            }
            catch (HttpRequestException) when (i < 200 && !process.HasExited)
            {
                await Task.Delay(50);
            }
            catch (HttpRequestException)
            {
                Assert.Fail($"docker-registry does not start: {said}");
            }
        }
    }

    public async Task PushAsync(string repository, SampleImage image, params string[] tags)
    {
        foreach (var blob in image.Blobs)
        {
            using var begun = await http.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
            var location = new Uri(http.BaseAddress!, begun.Headers.Location!);
            using var content = new ByteArrayContent(blob.Bytes);
            content.Headers.ContentType = new("application/octet-stream");
            using var done = await http.PutAsync(new Uri($"{location}{(location.Query.Length > 0 ? "&" : "?")}digest={blob.Digest}"), content);
            Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        }

        foreach (var (manifest, reference) in image.Children.Select(child => (child, child.Digest)).Concat(tags.Select(tag => (image.Manifest, tag))))
        {
            using var content = new ByteArrayContent(manifest.Bytes);
            content.Headers.ContentType = new(manifest.Type);
            using var done = await http.PutAsync(new Uri($"/v2/{repository}/manifests/{reference}", UriKind.Relative), content);
            Assert.True(done.StatusCode == HttpStatusCode.Created, await done.Content.ReadAsStringAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }
}

/// <summary>Needs Debian's <c>docker-registry</c> in PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DebianRegistryFactAttribute : FactAttribute
{
    public DebianRegistryFactAttribute() => Skip = DebianRegistry.WhyNot;
}
