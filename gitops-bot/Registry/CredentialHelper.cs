using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// A program that keeps credentials, <c>docker-credential-…</c>: asked on its standard input, found in absolute folders of
/// the search path alone, and ended when it is late. What it says on the way to a credential is never shown.
/// Source: https://github.com/docker/docker-credential-helpers
/// </summary>
/// <param name="searchPath">Folders, as in PATH; null for PATH itself.</param>
internal sealed class CredentialHelper(TimeSpan timeout, TimeProvider time, string? searchPath = null)
{
    private const int MaxBytes = 64 << 10;

    public async Task<CredentialsReading> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        var program = "docker-credential-" + name + (OperatingSystem.IsWindows() ? ".exe" : "");
        var file = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        if (file is null)
        {
            return new CredentialsReading.Failed($"the credential helper {program} was not found in PATH; install it, or take it out of the Docker configuration");
        }

        using var late = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await RunAsync(file, program, server, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CredentialsReading.Failed($"the credential helper {program} did not answer for {server} within {timeout.TotalSeconds} seconds");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            return new CredentialsReading.Failed($"the credential helper {program} cannot be run: {exception.Message}");
        }
    }

    private static async Task<CredentialsReading> RunAsync(string file, string program, string server, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file)
        {
            // A helper has no business in a repository.
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("get");
        using var process = Process.Start(start) ?? throw new IOException("it did not start");
        try
        {
            // Read together: a full pipe would stop it. What goes to standard error is drained, and shown to nobody.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            var output = Bounded.ReadAsync(process.StandardOutput.BaseStream, MaxBytes, cancellationToken);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(server), cancellationToken).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading; its exit code says how.
            }

            if (await output.ConfigureAwait(false) is not { } bytes)
            {
                return new CredentialsReading.Failed($"the credential helper {program} wrote more than {MaxBytes} bytes");
            }

            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return Read(process.ExitCode, bytes, program, server);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static CredentialsReading Read(int exitCode, ReadOnlyMemory<byte> bytes, string program, string server)
    {
        if (exitCode != 0)
        {
            return Encoding.UTF8.GetString(bytes.Span).Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
                ? new CredentialsReading.None()
                : new CredentialsReading.Failed($"the credential helper {program} failed for {server} with exit code {exitCode}; run it by hand to see why");
        }

        using var json = Json.ParseObject(bytes);
        var user = json is null ? null : Json.Text(json.RootElement, "Username");
        return user == "<token>" ? new CredentialsReading.Failed($"the credential helper {program} gives an identity token for {server}, which is not supported")
            : user is { Length: > 0 } && Json.Text(json!.RootElement, "Secret") is { } secret ? new CredentialsReading.Found(new(user, secret))
            : new CredentialsReading.Failed($"the credential helper {program} answered for {server} without Username and Secret");
    }
}
