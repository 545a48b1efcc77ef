using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Forge.Rest;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>A repository of its own on a real Gitea, and a second user; both gone after the test.</summary>
internal sealed class GiteaHouse : ForgeHouse
{
    private readonly string name = $"t{Guid.NewGuid():N}"[..16];
    private readonly HttpClient http;
    private string owner = "";
    private GiteaForge? forge;

    private GiteaHouse()
    {
        http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(Address! + "/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new("token", Token);
    }

    public static string? Address { get; } = Environment.GetEnvironmentVariable("SELFHEAL_TEST_GITEA_URL") is { Length: > 0 } url ? url.TrimEnd('/') : null;

    public static string? Token { get; } = Environment.GetEnvironmentVariable("SELFHEAL_TEST_GITEA_TOKEN") is { Length: > 0 } token ? token : null;

    public override GiteaForge Forge => forge!;

    public override string Reviewer => $"r-{name}";

    public static async Task<GiteaHouse> OpenAsync(bool allowsUnboundMerge = true)
    {
        var house = new GiteaHouse();
        house.owner = (await house.Ask(HttpMethod.Get, "user"))!["login"]!.ToString();
        await house.Ask(HttpMethod.Post, "user/repos", new() { ["name"] = house.name, ["auto_init"] = true, ["default_branch"] = "main" });
        await house.Ask(HttpMethod.Post, "admin/users", new()
        {
            ["username"] = house.Reviewer,
            ["email"] = $"{house.Reviewer}@example.invalid",
            ["password"] = "pass-123",
            ["must_change_password"] = false,
        });
        await house.Ask(HttpMethod.Put, house.Repo($"collaborators/{house.Reviewer}"), new() { ["permission"] = "write" });
        await house.PushAsync("main", "deploy.yaml", "replicas: 1\n");
        house.forge = new GiteaForge(new Uri(Address!), house.owner, house.name, Token!, TimeProvider.System, allowsUnboundMerge);
        return house;
    }

    public override async Task<string> PushAsync(string branch, string file, string text)
    {
        var branches = (await Ask(HttpMethod.Get, Repo("branches")))!.AsArray().Select(each => each!["name"]!.ToString()).ToList();
        var from = branches.Contains(branch) ? branch : "main";
        var old = (await Ask(HttpMethod.Get, Repo($"contents/?ref={Uri.EscapeDataString(from)}")))!.AsArray().FirstOrDefault(each => each!["name"]!.ToString() == file);
        var body = new JsonObject { ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), ["branch"] = from, ["message"] = "x" };
        if (from != branch)
        {
            body["new_branch"] = branch;
        }

        if (old is not null)
        {
            body["sha"] = old["sha"]!.ToString();
        }

        var made = await Ask(old is null ? HttpMethod.Post : HttpMethod.Put, Repo($"contents/{file}"), body);
        return made!["commit"]!["sha"]!.ToString();
    }

    public override async Task<string?> ReadAsync(string branch, string file) => await http.GetStringAsync(new Uri(Repo($"raw/{file}?ref={branch}"), UriKind.Relative));

    public override Task CloseAsync(int number) => Ask(HttpMethod.Patch, Repo($"issues/{number}"), new() { ["state"] = "closed" });

    public override Task ReopenAsync(int number) => Ask(HttpMethod.Patch, Repo($"issues/{number}"), new() { ["state"] = "open" });

    public override Task RetitleAsync(int number, string title) => Ask(HttpMethod.Patch, Repo($"pulls/{number}"), new() { ["title"] = title });

    public override async Task RewriteAsync(int number, string old, string @new)
    {
        var body = (await Ask(HttpMethod.Get, Repo($"issues/{number}")))!["body"]!.ToString();
        await Ask(HttpMethod.Patch, Repo($"issues/{number}"), new() { ["body"] = body.Replace(old, @new, StringComparison.Ordinal) });
    }

    public override async Task LabelAsync(int number, string label)
    {
        var made = await Ask(HttpMethod.Post, Repo("labels"), new() { ["name"] = label, ["color"] = "#ff0000" });
        await Ask(HttpMethod.Post, Repo($"issues/{number}/labels"), new() { ["labels"] = new JsonArray(made!["id"]!.GetValue<long>()) });
    }

    public override Task CommentAsync(int number, string body) => Ask(HttpMethod.Post, Repo($"issues/{number}/comments"), new() { ["body"] = body }, asReviewer: true);

    public override Task ApproveAsync(int number, string sha) =>
        Ask(HttpMethod.Post, Repo($"pulls/{number}/reviews"), new() { ["event"] = "APPROVED", ["body"] = "fine", ["commit_id"] = sha }, asReviewer: true);

    public override async Task<int> ForgeIssueAsync(string title, string body) =>
        (await Ask(HttpMethod.Post, Repo("issues"), new() { ["title"] = title, ["body"] = body }, asReviewer: true))!["number"]!.GetValue<int>();

    public override async ValueTask DisposeAsync()
    {
        forge?.Dispose();
        await Ask(HttpMethod.Delete, Repo("")[..^1]);
        await Ask(HttpMethod.Delete, $"admin/users/{Reviewer}");
        http.Dispose();
    }

    private string Repo(string path) => $"repos/{owner}/{name}/{path}";

    private async Task<JsonNode?> Ask(HttpMethod method, string path, JsonObject? body = null, bool asReviewer = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (asReviewer)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Reviewer}:pass-123")));
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text.Length == 0 ? null : JsonNode.Parse(text) : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
