using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// Runs a credential plugin, and keeps what it said until that expires or the server takes it no longer. One run at a
/// time. What the program writes on its error output is dropped: it may hold secrets.
/// </summary>
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : IDisposable
{
    private const int MaxBytes = 1 << 20;

    // Some plugins open a browser; ours must not wait for one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A request takes a while to get there.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim gate = new(1, 1);
    private CredentialReading.Ready? kept;
    private DateTimeOffset expiry;

    public async ValueTask<CredentialReading> ReadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (kept is not null && time.GetUtcNow() < expiry)
            {
                return kept;
            }

            var (reading, until) = await RunAsync(cancellationToken).ConfigureAwait(false);
            kept = reading as CredentialReading.Ready;
            expiry = until;
            return reading;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Reject(CredentialReading.Ready rejected) => Interlocked.CompareExchange(ref kept, null, rejected);

    public void Dispose() => gate.Dispose();

    private async Task<(CredentialReading Reading, DateTimeOffset Expiry)> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (!Path.IsPathFullyQualified(plugin.Command))
        {
            // Left to itself, the framework would first take a file of that name in the current folder.
            if (Find(plugin.Command) is not { } found)
            {
                return Fail("is not in PATH");
            }

            start.FileName = found;
        }

        foreach (var argument in plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Info().ToJsonString();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var process = Process.Start(start);
            if (process is null)
            {
                return Fail("did not start");
            }

            try
            {
                process.StandardInput.Close();
                var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
                var output = await BoundedBytes.ReadAsync(process.StandardOutput.BaseStream, MaxBytes, either.Token).ConfigureAwait(false);
                if (output is null)
                {
                    return Fail($"wrote more than {MaxBytes} bytes");
                }

                await errors.ConfigureAwait(false);
                await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
                return process.ExitCode == 0
                    ? Read(output.Value)
                    : Fail($"ended with exit code {process.ExitCode}; run it by hand to see what it says");
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            return Fail($"cannot be run: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Fail($"did not end within {Patience.TotalSeconds:0} seconds");
        }
    }

    private JsonObject Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ClusterInfo is not null)
        {
            spec["cluster"] = plugin.ClusterInfo.DeepClone();
        }

        return new() { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec };
    }

    private (CredentialReading, DateTimeOffset) Read(ReadOnlyMemory<byte> output)
    {
        JsonObject? answer;
        try
        {
            answer = JsonNode.Parse(output.Span) as JsonObject;
        }
        catch (JsonException)
        {
            answer = null;
        }

        if (answer?.Text("kind") != "ExecCredential" || answer["status"] is not JsonObject status)
        {
            return Fail("wrote no ExecCredential with a status");
        }

        if (answer.Text("apiVersion") != plugin.ApiVersion)
        {
            return Fail($"speaks another version than the kubeconfig says; must be {plugin.ApiVersion}");
        }

        var token = status.Text("token") is { Length: > 0 } text ? text : null;
        if (token is not null && !BearerText.IsValid(token))
        {
            return Fail("made no token; must be one line of visible ASCII characters");
        }

        ClientCertificate? certificate = null;
        if (status.Text("clientCertificateData") is { Length: > 0 } pem
            && !ClientCertificate.TryRead(pem, status.Text("clientKeyData") ?? "", out certificate, out var problem))
        {
            return Fail($"made a certificate that {problem}");
        }

        if (token is null && certificate is null)
        {
            return Fail("made neither a token nor a certificate");
        }

        var until = DateTimeOffset.MaxValue;
        if (status.Text("expirationTimestamp") is { } stamp)
        {
            if (!DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out until))
            {
                return Fail("wrote an expirationTimestamp that is no time; must be as RFC 3339 has it");
            }

            until -= Margin;
        }

        return (new CredentialReading.Ready(token, certificate), until);
    }

    private (CredentialReading, DateTimeOffset) Fail(string what) =>
        (new CredentialReading.Failed($"the credential plugin {plugin.Command} {what}{(plugin.InstallHint.Length == 0 ? "" : ". " + plugin.InstallHint)}"), default);

    private static string? Find(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => OperatingSystem.IsWindows()
                ? (string[])[Path.Combine(folder, command), Path.Combine(folder, command + ".exe")]
                : [Path.Combine(folder, command)])
            .FirstOrDefault(File.Exists);
}
