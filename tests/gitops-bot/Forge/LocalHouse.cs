using System.Globalization;
using SelfHealGitOps.Bot.Forge.Local;
using SelfHealGitOps.Bot.Tests.Git;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>People at a local forge push with git and edit files.</summary>
internal sealed class LocalHouse : ForgeHouse
{
    private static readonly string[] Kinds = ["pull-requests", "issues"];

    private readonly GitFolder work = new();
    private readonly GitFolder bare = new();
    private readonly TempFolder folder = new();

    public LocalHouse()
    {
        work.Write("deploy.yaml", "replicas: 1\n").Commit();
        bare.Git("config", "core.bare", "true");
        work.Git("push", "--quiet", Repository, "main:main");
        Forge = new LocalForge(Repository, folder.Root, TimeProvider.System);
    }

    public override LocalForge Forge { get; }

    public override string Reviewer => "ann";

    public string Repository => Path.Combine(bare.Root, ".git");

    public string Folder => folder.Root;

    public override Task<string> PushAsync(string branch, string file, string text)
    {
        work.Git("fetch", "--quiet", Repository, "+refs/heads/*:refs/theirs/*");
        var isThere = work.Git("for-each-ref", $"refs/theirs/{branch}").Length > 0;
        work.Git("checkout", "--quiet", "--force", "--detach", isThere ? $"refs/theirs/{branch}" : "refs/theirs/main");
        work.Write(file, text).Commit();
        work.Git("push", "--quiet", Repository, $"HEAD:refs/heads/{branch}");
        return Task.FromResult(work.Git("rev-parse", "HEAD"));
    }

    public override Task<string?> ReadAsync(string branch, string file) => Task.FromResult<string?>(bare.Git("cat-file", "blob", $"refs/heads/{branch}:{file}") + "\n");

    public string Git(params string[] args) => bare.Git(args);

    public override Task CloseAsync(int number) => Edit(number, "state: open", "state: closed");

    public override Task ReopenAsync(int number) => Edit(number, "state: closed", "state: open");

    public override Task RetitleAsync(int number, string title) => Edit(number, "title: \"Fix one\"", $"title: {title} # by hand");

    public override Task RewriteAsync(int number, string old, string @new) => Edit(number, old, @new);

    public override Task LabelAsync(int number, string label) => Edit(number, "labels: [\"selfheal/auto\"]", $"labels:\n  - selfheal/auto\n  - {label}");

    public override Task CommentAsync(int number, string body)
    {
        folder.Write($"comments/{number:0000}/0001.md", $"---\nby: ann\n---\n{body}\n");
        return Task.CompletedTask;
    }

    public override Task ApproveAsync(int number, string sha) => Edit(number, "reviewers: []", $"reviews:\n- by: ann\n  state: approved\n  sha: {sha}\nreviewers: []");

    public override Task<int> ForgeIssueAsync(string title, string body)
    {
        folder.Write("issues/0001.md", $"---\nstate: open\ntitle: {title}\n---\n{body}\n");
        return Task.FromResult(1);
    }

    public override ValueTask DisposeAsync()
    {
        work.Dispose();
        bare.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    public string PageOf(int number) => Kinds
        .Select(kind => Path.Combine(kind, number.ToString("0000", CultureInfo.InvariantCulture) + ".md")).First(name => File.Exists(folder[name]));

    public Task Edit(int number, string old, string @new)
    {
        var page = PageOf(number);
        var text = folder.Read(page);
        Xunit.Assert.Contains(old, text, StringComparison.Ordinal);
        folder.Write(page, text.Replace(old, @new, StringComparison.Ordinal));
        return Task.CompletedTask;
    }

    public string Read(int number) => folder.Read(PageOf(number));
}
