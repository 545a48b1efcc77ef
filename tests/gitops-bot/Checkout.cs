namespace SelfHealGitOps.Bot.Tests;

/// <summary>The folder of the checkout that is tested.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SelfHealGitOps.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no SelfHealGitOps.sln above {AppContext.BaseDirectory}");
    }
}
