using SelfHealGitOps.Bot.Tests.Git;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A process that a test may kill; the test runner does not come here.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["git-pass", var state, var remote, var searchPath])
        {
            await GitPass.Run(state, remote, searchPath);
            return 0;
        }

        return args.Length == 0 ? 2 : await Child.MainAsync(args);
    }
}
