using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

/// <summary>OpenSSH's own server on this machine, for the user that runs the tests and for one key.</summary>
internal sealed class SshServer : IDisposable
{
    private readonly Process process;

    public SshServer(TempFolder folder)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        HostKey = folder["ssh host"];
        var key = folder["ssh key"];
        foreach (var path in (string[])[HostKey, key])
        {
            var made = SelfHeal.Execute("ssh-keygen", folder.Root, [], ["-q", "-t", "ed25519", "-N", "", "-f", path]);
            Assert.True(made.ExitCode == 0, made.Error);
        }

        folder.Write("authorized", folder.Read("ssh key.pub"));
        folder.Write("known hosts", $"[127.0.0.1]:{Port.ToString(CultureInfo.InvariantCulture)} {folder.Read("ssh host.pub")}");
        folder.Write("sshd_config", $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey "{HostKey}"
            AuthorizedKeysFile {folder["authorized"]}
            StrictModes no
            UsePAM no
            PidFile none

            """);
        if (Environment.IsPrivilegedProcess)
        {
            // Its package leaves that to whatever starts the service.
            Directory.CreateDirectory("/run/sshd");
        }

        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(path => Path.Combine(path, "sshd")).First(File.Exists);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true };
        foreach (var arg in (string[])["-D", "-e", "-f", folder["sshd_config"]])
        {
            start.ArgumentList.Add(arg);
        }

        process = Process.Start(start)!;

        // It says so on its error stream as soon as it listens.
        var said = process.StandardError.ReadLine();
        Assert.True(said?.StartsWith("Server listening", StringComparison.Ordinal) == true, $"sshd did not start: {said}");
        _ = process.StandardError.ReadToEndAsync();
        Credential = new(key, folder["known hosts"]);
    }

    public int Port { get; }

    public string HostKey { get; }

    public GitCredential.SshKey Credential { get; }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
