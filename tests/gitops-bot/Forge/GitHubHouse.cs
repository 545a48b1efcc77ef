using SelfHealGitOps.Bot.Forge.Rest;
using SelfHealGitOps.Fakes;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>The fake GitHub, with every request checked against GitHub's description.</summary>
internal sealed class GitHubHouse : ForgeHouse
{
    public GitHubHouse(ForgeLimits? limits = null)
    {
        Server = new FakeGitHub(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "Forge", "github-operations.txt")));
        Server.Push("main", "replicas: 1\n");
        Forge = GitHubForge.WithToken(GitHubForge.PublicApi, "shop", "deploy", Server.Token, TimeProvider.System, limits ?? new() { PageSize = 2 }, Server);
    }

    public FakeGitHub Server { get; }

    public override GitHubForge Forge { get; }

    public override string Reviewer => "ann";

    public override Task<string> PushAsync(string branch, string file, string text) => Task.FromResult(Server.Push(branch, text));

    public override Task<string?> ReadAsync(string branch, string file) => Task.FromResult(Server.Read(branch));

    public override Task CloseAsync(int number) => Do(() => Server.Patch(number, "state", "closed"));

    public override Task ReopenAsync(int number) => Do(() => Server.Patch(number, "state", "open"));

    public override Task RetitleAsync(int number, string title) => Do(() => Server.Patch(number, "title", title));

    public override Task RewriteAsync(int number, string old, string @new) => Do(() => Server.Patch(number, "body", Server.Body(number).Replace(old, @new, StringComparison.Ordinal)));

    public override Task LabelAsync(int number, string label) => Do(() => Server.Label(number, label));

    public override Task CommentAsync(int number, string body) => Do(() => Server.Comment(number, "ann", body));

    public override Task ApproveAsync(int number, string sha) => Do(() => Server.Review(number, "ann", sha));

    public override Task<int> ForgeIssueAsync(string title, string body) => Task.FromResult(Server.OpenIssue("mallory", title, body));

    public override ValueTask DisposeAsync()
    {
        Forge.Dispose();
        Server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
