using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A table of cases that need bash.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "needs bash" : null;
}
