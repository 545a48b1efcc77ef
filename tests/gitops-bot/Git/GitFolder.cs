using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

/// <summary>A repository of git on disk, gone after the test.</summary>
internal sealed class GitFolder : IDisposable
{
    public GitFolder()
    {
        Git("init", "--quiet", "--initial-branch=main");
        Git("config", "user.name", "test");
        Git("config", "user.email", "test@example.com");
        Git("config", "core.autocrlf", "false");
    }

    public TempFolder Files { get; } = new();

    public string Root => Files.Root;

    public GitFolder Write(string name, string text)
    {
        Files.Write(name, text);
        return this;
    }

    public GitFolder Delete(string name)
    {
        File.Delete(Files[name]);
        return this;
    }

    /// <summary>Everything as it is now.</summary>
    public GitFolder Commit()
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message", "x");
        return this;
    }

    public string Git(params string[] args)
    {
        var outcome = SelfHeal.Execute("git", Root, [], args);
        Assert.True(outcome.ExitCode == 0, $"git {string.Join(' ', args)}: {outcome.Error}");
        return outcome.Output.TrimEnd('\n');
    }

    public void Dispose()
    {
        // git makes its objects read-only, which some systems do not delete.
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => File.ResolveLinkTarget(file, false) is null))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Files.Dispose();
    }
}
