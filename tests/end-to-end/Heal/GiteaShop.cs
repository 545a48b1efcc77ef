using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>
/// A repository of its own on a real Gitea, with people who work at it and a bot that may do no more than they: alice and
/// bob own code, carol just works. All of it is gone after the test.
/// </summary>
internal sealed class GiteaShop : IAsyncDisposable
{
    public const string AddressVariable = "SELFHEAL_TEST_GITEA_URL";
    public const string TokenVariable = "SELFHEAL_TEST_GITEA_TOKEN";
    private const string Password = "pass-123";

    private readonly HttpClient http;
    private readonly string admin;
    private readonly List<string> users = [];

    private GiteaShop(HttpClient http, string admin, string name) => (this.http, this.admin, Name) = (http, admin, name);

    public static string Address => Environment.GetEnvironmentVariable(AddressVariable)!.TrimEnd('/');

    public string Name { get; }

    public string Alice => $"alice-{Name}";

    public string Bob => $"bob-{Name}";

    public string Carol => $"carol-{Name}";

    public string Bot => $"bot-{Name}";

    public string BotToken { get; private set; } = "";

    public string Url => $"{Address}/{admin}/{Name}.git";

    public static async Task<GiteaShop> OpenAsync(string name)
    {
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"{Address}/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new("token", Environment.GetEnvironmentVariable(TokenVariable));
        using var answer = await http.GetAsync(new Uri("user", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        var shop = new GiteaShop(http, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["login"]!.ToString(), name);
        await shop.AskAsync(HttpMethod.Post, "user/repos", new() { ["name"] = name, ["default_branch"] = "main" });
        foreach (var user in new[] { shop.Alice, shop.Bob, shop.Carol, shop.Bot })
        {
            await shop.AskAsync(HttpMethod.Post, "admin/users", new()
            {
                ["username"] = user,
                ["email"] = $"{user}@example.invalid",
                ["password"] = Password,
                ["must_change_password"] = false,
            });
            shop.users.Add(user);
            await shop.AskAsync(HttpMethod.Put, shop.Repo($"collaborators/{user}"), new() { ["permission"] = "write" });
        }

        shop.BotToken = (await shop.AskAsync(HttpMethod.Post, $"users/{shop.Bot}/tokens", new() { ["name"] = "selfheal" }, shop.Bot))!["sha1"]!.ToString();
        return shop;
    }

    /// <summary>The repository as git gets it, for one of the people.</summary>
    public string UrlOf(string user) => Url.Replace("://", $"://{user}:{Password}@", StringComparison.Ordinal);

    /// <summary>Every open pull request, by the one file that it changes.</summary>
    public async Task<Dictionary<string, ShopRequest>> RequestsAsync()
    {
        var requests = new Dictionary<string, ShopRequest>(StringComparer.Ordinal);
        foreach (var number in await NumbersAsync("pulls", "open"))
        {
            var request = await RequestAsync(number);
            requests.Add(request.File, request);
        }

        return requests;
    }

    public async Task<ShopRequest> RequestAsync(int number)
    {
        var request = (await AskAsync(HttpMethod.Get, Repo($"pulls/{number}")))!;
        var head = request["head"]!["sha"]!.ToString();
        var statuses = new Dictionary<string, (string State, string Text)>();
        foreach (var status in (await AskAsync(HttpMethod.Get, Repo($"commits/{head}/status?limit=50")))!["statuses"]?.AsArray() ?? [])
        {
            statuses[status!["context"]!.ToString()] = (status["status"]!.ToString(), status["description"]!.ToString());
        }

        var diff = await DiffAsync(number);
        var files = diff.Split('\n').Where(line => line.StartsWith("+++ b/", StringComparison.Ordinal)).Select(line => line["+++ b/".Length..]);
        return new(
            number, request["title"]!.ToString(), request["body"]!.ToString().ReplaceLineEndings("\n"), request["state"]!.ToString(), request["head"]!["ref"]!.ToString(), head,
            string.Join(' ', files), [.. request["labels"]!.AsArray().Select(label => label!["name"]!.ToString())],
            [.. (await ReviewsAsync(number)).Where(review => review["state"]!.ToString() == "REQUEST_REVIEW").Select(review => review["user"]!["login"]!.ToString())], statuses);
    }

    /// <summary>The one open issue whose title has this.</summary>
    public async Task<(int Number, string Body)> IssueAsync(string title)
    {
        var found = (await AskAsync(HttpMethod.Get, Repo("issues?state=open&type=issues&limit=50")))!.AsArray()
            .Select(issue => (Number: issue!["number"]!.GetValue<int>(), Title: issue["title"]!.ToString(), Body: issue["body"]!.ToString().ReplaceLineEndings("\n")))
            .Where(issue => issue.Title.Contains(title, StringComparison.Ordinal)).ToList();
        return found is [var one] ? (one.Number, one.Body) : throw new InvalidOperationException($"{found.Count} open issues are called '{title}'");
    }

    /// <summary>Whether a pull request speaks of a file. Of one that was opened just now, a Gitea may not have a diff yet.</summary>
    public async Task<bool> HasRequestForAsync(string file) =>
        (await AskAsync(HttpMethod.Get, Repo("issues?state=open&type=pulls&limit=50")))!.AsArray().Any(request => request!["body"]!.ToString().Contains($"`{file}:", StringComparison.Ordinal));

    /// <summary>Has the server tell an address of every push.</summary>
    public Task HookAsync(string address, string secret) => AskAsync(HttpMethod.Post, Repo("hooks"), new()
    {
        ["type"] = "gitea",
        ["active"] = true,
        ["events"] = new JsonArray("push"),
        ["config"] = new JsonObject { ["url"] = address, ["content_type"] = "json", ["secret"] = secret },
    });

    public async Task<bool> IsOlderThanAsync(int major, int minor)
    {
        var version = (await AskAsync(HttpMethod.Get, "version"))!["version"]!.ToString().Split('.', '+', '-');
        return (int.Parse(version[0], CultureInfo.InvariantCulture), int.Parse(version[1], CultureInfo.InvariantCulture)).CompareTo((major, minor)) < 0;
    }

    public async Task<string> StateAsync(int number) => (await AskAsync(HttpMethod.Get, Repo($"issues/{number}")))!["state"]!.ToString();

    /// <summary>Everything that somebody could see or be told of: two that are equal are the same forge.</summary>
    public async Task<string> EverythingAsync()
    {
        var text = new StringBuilder();
        var branches = (await AskAsync(HttpMethod.Get, Repo("branches?limit=50")))!.AsArray();
        foreach (var branch in branches.Select(branch => $"{branch!["name"]} {branch["commit"]!["id"]}").Order(StringComparer.Ordinal))
        {
            text.Append(branch).Append('\n');
        }

        foreach (var number in (await NumbersAsync("issues", "all")).Concat(await NumbersAsync("pulls", "all")).Order())
        {
            var issue = (await AskAsync(HttpMethod.Get, Repo($"issues/{number}")))!;
            text.Append(CultureInfo.InvariantCulture, $"{number} {issue["title"]} {issue["state"]} {issue["updated_at"]}\n{issue["labels"]!.ToJsonString()}\n{issue["body"]}\n");
            text.Append((await AskAsync(HttpMethod.Get, Repo($"issues/{number}/comments")))!.ToJsonString()).Append('\n');
            if (issue["pull_request"] is not null)
            {
                var request = await RequestAsync(number);
                text.Append(request.Head).Append(' ').AppendJoin(", ", request.Statuses.OrderBy(pair => pair.Key, StringComparer.Ordinal)).Append('\n');
                text.AppendJoin('\n', (await ReviewsAsync(number)).Select(review => review.ToJsonString())).Append('\n');
            }
        }

        return text.ToString();
    }

    public Task ApproveAsync(string user, ShopRequest request) =>
        AskAsync(HttpMethod.Post, Repo($"pulls/{request.Number}/reviews"), new() { ["event"] = "APPROVED", ["body"] = "fine", ["commit_id"] = request.Head }, user);

    /// <summary>Right after a push, a Gitea is still looking whether it can.</summary>
    public Task MergeAsync(int number) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await SendAsync(HttpMethod.Post, Repo($"pulls/{number}/merge"), new() { ["Do"] = "merge" }, Alice);
            return answer.IsSuccessStatusCode;
        },
        () => $"pull request {number} cannot be merged");

    public Task CloseAsync(int number) => AskAsync(HttpMethod.Patch, Repo($"issues/{number}"), new() { ["state"] = "closed" }, Alice);

    /// <summary>Ticks the first box of that name.</summary>
    public async Task TickAsync(int number, string control)
    {
        var body = (await AskAsync(HttpMethod.Get, Repo($"issues/{number}")))!["body"]!.ToString();
        var box = $"- [ ] <!-- selfheal:{control}";
        var at = body.IndexOf(box, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new InvalidOperationException($"{number} has no box '{control}':\n{body}");
        }

        await AskAsync(HttpMethod.Patch, Repo($"issues/{number}"), new() { ["body"] = $"{body[..at]}- [x]{body[(at + "- [ ]".Length)..]}" }, Alice);
    }

    public async Task<IReadOnlyList<string>> CommentsAsync(int number) =>
        [.. (await AskAsync(HttpMethod.Get, Repo($"issues/{number}/comments")))!.AsArray().Select(comment => $"{comment!["user"]!["login"]}: {comment["body"]}")];

    /// <summary>Comments.</summary>
    public Task SayAsync(string user, int number, string text) => AskAsync(HttpMethod.Post, Repo($"issues/{number}/comments"), new() { ["body"] = text }, user);

    public async Task<IReadOnlyList<string>> LabelsAsync(int number) =>
        [.. (await AskAsync(HttpMethod.Get, Repo($"issues/{number}")))!["labels"]!.AsArray().Select(label => label!["name"]!.ToString())];

    /// <summary>The open issues with a label.</summary>
    public async Task<IReadOnlyList<int>> OpenIssuesAsync(string label) =>
        [.. (await AskAsync(HttpMethod.Get, Repo($"issues?state=open&type=issues&limit=50&labels={Uri.EscapeDataString(label)}")))!.AsArray().Select(issue => issue!["number"]!.GetValue<int>())];

    public Task<string> ReadAsync(string branch, string file) => http.GetStringAsync(new Uri(Repo($"raw/{file}?ref={Uri.EscapeDataString(branch)}"), UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        await SendAndForgetAsync(Repo("")[..^1]);
        foreach (var user in users)
        {
            await SendAndForgetAsync($"admin/users/{user}");
        }

        http.Dispose();
    }

    /// <summary>Of a pull request that was opened just now, a Gitea may not have one yet.</summary>
    private async Task<string> DiffAsync(int number)
    {
        var diff = "";
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri(Repo($"pulls/{number}.diff"), UriKind.Relative));
                diff = await answer.Content.ReadAsStringAsync();
                return answer.IsSuccessStatusCode;
            },
            () => $"pull request {number} has no diff");
        return diff;
    }

    private async Task<IReadOnlyList<JsonNode>> ReviewsAsync(int number) =>
        [.. (await AskAsync(HttpMethod.Get, Repo($"pulls/{number}/reviews?limit=50")))!.AsArray().Select(review => review!)];

    private async Task<IReadOnlyList<int>> NumbersAsync(string type, string state) =>
        [.. (await AskAsync(HttpMethod.Get, Repo($"issues?state={state}&type={type}&limit=50")))!.AsArray().Select(issue => issue!["number"]!.GetValue<int>())];

    private string Repo(string path) => $"repos/{admin}/{Name}/{path}";

    private async Task<JsonNode?> AskAsync(HttpMethod method, string path, JsonObject? body = null, string? user = null)
    {
        using var answer = await SendAsync(method, path, body, user);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text.Length == 0 ? null : JsonNode.Parse(text) : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    private async Task SendAndForgetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Delete, path, body: null, user: null);
    }

    /// <param name="user">Who asks; null for the administrator.</param>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, string? user)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (user is not null)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Password}")));
        }

        return await http.SendAsync(request);
    }
}

/// <summary>A pull request as the forge shows it.</summary>
/// <param name="File">All that it changes, with spaces between.</param>
/// <param name="Asked">Whose review is wanted.</param>
/// <param name="Statuses">Of its head, by context.</param>
internal sealed record ShopRequest(
    int Number, string Title, string Body, string State, string Branch, string Head, string File,
    IReadOnlyList<string> Labels, IReadOnlyList<string> Asked, IReadOnlyDictionary<string, (string State, string Text)> Statuses);
