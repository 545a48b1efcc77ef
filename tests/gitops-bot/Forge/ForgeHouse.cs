using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>A forge with one repository that has a branch main, and what people other than the bot do there.</summary>
internal abstract class ForgeHouse : IAsyncDisposable
{
    public abstract IForge Forge { get; }

    /// <summary>Commits a file to a branch, which is made from main where it is not there. Returns the branch's commit.</summary>
    public abstract Task<string> PushAsync(string branch, string file, string text);

    /// <summary>Null where the branch has no such file.</summary>
    public abstract Task<string?> ReadAsync(string branch, string file);

    public abstract Task CloseAsync(int number);

    public abstract Task ReopenAsync(int number);

    public abstract Task RetitleAsync(int number, string title);

    /// <summary>Somebody replaces a part of the body of a pull request or an issue.</summary>
    public abstract Task RewriteAsync(int number, string old, string @new);

    public abstract Task LabelAsync(int number, string label);

    public abstract Task CommentAsync(int number, string body);

    /// <summary>Somebody approves the commit that the branch is at.</summary>
    public abstract Task ApproveAsync(int number, string sha);

    /// <summary>Somebody who can be asked for a review.</summary>
    public abstract string Reviewer { get; }

    /// <summary>Somebody else opens an issue that bears the fingerprint.</summary>
    public abstract Task<int> ForgeIssueAsync(string title, string body);

    public abstract ValueTask DisposeAsync();
}
