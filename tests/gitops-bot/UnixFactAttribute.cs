using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>Needs links, modes and pipes; with <see cref="NotAsRoot"/>, a user whom the modes bind; with <see cref="Needs"/>, a program.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    private bool notAsRoot;
    private string? needs;

    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "needs a Unix file system" : null;

    public bool NotAsRoot
    {
        get => notAsRoot;
        set
        {
            notAsRoot = value;
            Skip ??= value && Environment.IsPrivilegedProcess ? "root may read and write everything" : null;
        }
    }

    public string? Needs
    {
        get => needs;
        set
        {
            needs = value;
            Skip ??= value is null || IsThere(value) ? null : $"{value} is not installed";
        }
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
