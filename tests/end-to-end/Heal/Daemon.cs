using System.Diagnostics;
using System.Text;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>The command <c>selfheal run</c> as a process of its own, until it is killed.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder said = new();

    public Daemon(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "selfheal.dll"), "run", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start) ?? throw new InvalidOperationException("selfheal does not start");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasSaid(string text) => Said.Contains(text, StringComparison.Ordinal);

    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>As <c>kill -9</c> does, and what it has started with it.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (said)
        {
            said.AppendLine(line.Data);
        }
    }
}
