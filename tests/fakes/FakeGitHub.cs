using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Fakes;

/// <summary>
/// One repository of GitHub, behind its REST API: as much as the bot uses. A branch is one file. Every request is checked
/// against GitHub's own description of its API; one that does not fit is answered with 418 and noted.
/// </summary>
/// <param name="operations">What <c>github-operations.txt</c> says.</param>
public sealed class FakeGitHub(string operations) : HttpMessageHandler
{
    public const string Repository = "shop/deploy";

    private const string Prefix = $"/repos/{Repository}/";

    private readonly GitHubOperations description = new(operations);
    private readonly Dictionary<string, List<Commit>> branches = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, JsonObject> issues = [];
    private readonly Dictionary<int, JsonObject> pulls = [];
    private readonly List<(int Number, JsonObject Comment)> comments = [];
    private readonly List<(int Number, JsonObject Review)> reviews = [];
    private readonly List<(string Sha, JsonObject Status)> statuses = [];
    private readonly Lock gate = new();
    private int next = 1;

    /// <summary>The token that is let in; others are 401.</summary>
    public string Token { get; set; } = "token-4711";

    public List<string> Misfits { get; } = [];

    public List<string> Requests { get; } = [];

    public int NotModified { get; private set; }

    /// <summary>Of every commit.</summary>
    public List<JsonObject> CheckRuns { get; } = [];

    /// <summary>A proxy with a cache in between drops it.</summary>
    public bool SendsLinkOfUnmodified { get; set; } = true;

    /// <summary>The commit that each branch is at, where a repository stands behind the fake; null where it keeps branches itself.</summary>
    public Func<IReadOnlyDictionary<string, string>>? Branches { get; init; }

    /// <summary>Answers in place of the fake; null to let it answer itself.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Interruption { get; set; } = _ => null;

    /// <summary>Answers in place of the fake, which has acted nevertheless; null to let its own answer through.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Loss { get; set; } = _ => null;

    public string Push(string branch, string text)
    {
        lock (gate)
        {
            if (!branches.TryGetValue(branch, out var commits))
            {
                branches[branch] = commits = branches.TryGetValue("main", out var main) ? [.. main] : [];
            }

            var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{branch} {commits.Count} {text} {next}")))[..40];
            commits.Add(new(sha, text));
            return sha;
        }
    }

    public string? Read(string branch)
    {
        lock (gate)
        {
            return branches.TryGetValue(branch, out var commits) ? commits[^1].Text : null;
        }
    }

    public void Patch(int number, string field, JsonNode value)
    {
        lock (gate)
        {
            issues[number][field] = value;
        }
    }

    public string Body(int number)
    {
        lock (gate)
        {
            return issues[number]["body"]!.ToString();
        }
    }

    public void Label(int number, string label)
    {
        lock (gate)
        {
            issues[number]["labels"]!.AsArray().Add(new JsonObject { ["name"] = label });
        }
    }

    public void Comment(int number, string author, string body)
    {
        lock (gate)
        {
            comments.Add((number, CommentOf(next * 1000L + comments.Count, author, body)));
        }
    }

    public void Review(int number, string author, string sha, string state = "APPROVED")
    {
        lock (gate)
        {
            reviews.Add((number, new() { ["id"] = 1, ["user"] = new JsonObject { ["login"] = author }, ["state"] = state, ["commit_id"] = sha }));
        }
    }

    /// <summary>From a branch that is there.</summary>
    public int OpenPull(string author, string head, string body)
    {
        lock (gate)
        {
            return NewPull(author, head, "main", "t", body);
        }
    }

    /// <summary>Somebody has merged it.</summary>
    public void Merged(int number)
    {
        lock (gate)
        {
            pulls[number]["merged"] = "merged";
            issues[number]["pull_request"]!["merged_at"] = "2026-11-21T12:00:00Z";
        }
    }

    public int OpenIssue(string author, string title, string body)
    {
        lock (gate)
        {
            return NewIssue(author, title, body);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (gate)
        {
            var path = request.RequestUri!.AbsolutePath;
            Requests.Add($"{request.Method} {path}");
            Follow();
            if (Interruption(request) is { } other)
            {
                return other;
            }

            if (request.Headers.Authorization?.ToString() != $"Bearer {Token}")
            {
                return No(HttpStatusCode.Unauthorized, "Bad credentials");
            }

            var body = text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject();
            if (request.Headers.UserAgent.Count == 0 || !request.Headers.Accept.Any(each => each.MediaType == "application/vnd.github+json")
                || !request.Headers.TryGetValues("X-GitHub-Api-Version", out var versions) || versions.Single() != "2022-11-28")
            {
                Misfits.Add($"{request.Method} {path}: User-Agent, Accept or X-GitHub-Api-Version is missing");
            }

            if (description.Misfit(request.Method.Method, path, request.RequestUri.Query, body) is { } misfit)
            {
                Misfits.Add(misfit);
                return No((HttpStatusCode)418, misfit);
            }

            var answer = Answer(request.Method.Method, path, request.RequestUri, body);
            if (!description.DoesAnswer(request.Method.Method, path, (int)answer.StatusCode))
            {
                Misfits.Add($"{request.Method} {path}: GitHub never answers {(int)answer.StatusCode}; the fake is wrong");
            }

            return Loss(request) ?? Conditional(request, answer);
        }
    }

    /// <summary>A branch that is gone stays known: pull requests from it do.</summary>
    private void Follow()
    {
        foreach (var (name, sha) in Branches?.Invoke() ?? new Dictionary<string, string>())
        {
            if (!branches.TryGetValue(name, out var commits))
            {
                branches[name] = commits = [];
            }

            if (commits.Count == 0 || commits[^1].Sha != sha)
            {
                commits.Add(new(sha, ""));
            }
        }
    }

    private static HttpResponseMessage Yes(JsonNode body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private static HttpResponseMessage No(HttpStatusCode status, string message, string? detail = null) => Yes(
        new JsonObject { ["message"] = message, ["errors"] = detail is null ? null : new JsonArray(new JsonObject { ["message"] = detail }) }, status);

    private HttpResponseMessage Conditional(HttpRequestMessage request, HttpResponseMessage answer)
    {
        if (request.Method != HttpMethod.Get || !answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var bytes = answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        if (request.Headers.IfNoneMatch.Any(each => each.ToString() == tag))
        {
            NotModified++;

            // The tag is that of the body, and a page that is full keeps its body when another follows: Link is not the same.
            var same = new HttpResponseMessage(HttpStatusCode.NotModified) { Content = new ByteArrayContent([]) };
            if (SendsLinkOfUnmodified && answer.Headers.TryGetValues("Link", out var link))
            {
                same.Headers.TryAddWithoutValidation("Link", link);
            }

            return same;
        }

        answer.Headers.ETag = System.Net.Http.Headers.EntityTagHeaderValue.Parse(tag);
        return answer;
    }

    private HttpResponseMessage Answer(string method, string path, Uri uri, JsonObject? body)
    {
        if (path == "/user")
        {
            return Yes(new JsonObject { ["login"] = "selfheal-bot" });
        }

        if (path == "/app")
        {
            return Yes(new JsonObject { ["slug"] = "selfheal-bot" });
        }

        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return No(HttpStatusCode.NotFound, "Not Found");
        }

        var parts = path[Prefix.Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        var number = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var some) ? some : 0;
        return (method, parts) switch
        {
            ("GET", ["pulls"]) => Page(uri, pulls.Keys.OrderDescending().Select(each => PullOf(each, isSingle: false)).Where(each => IsWanted(each, uri))),
            ("POST", ["pulls"]) => OpenPull(body!),
            ("GET", ["issues"]) => Page(uri, issues.OrderByDescending(pair => pair.Key).Select(pair => pair.Value.DeepClone()).Where(each => IsWanted(each, uri))),
            ("POST", ["issues"]) => Yes(issues[NewIssue("selfheal-bot", body!["title"]!.ToString(), body["body"]?.ToString() ?? "")].DeepClone(), HttpStatusCode.Created),
            ("PATCH", ["issues", "comments", var id]) => ChangeComment(id, body!),
            (_, ["issues" or "commits" or "statuses" or "collaborators", ..]) when parts[0] != "issues" => OfCommit(method, parts, uri, body),
            _ when !issues.ContainsKey(number) || (parts[0] == "pulls" && !pulls.ContainsKey(number)) => No(HttpStatusCode.NotFound, "Not Found"),
            ("GET", ["pulls", _]) => Yes(PullOf(number, isSingle: true)),
            ("GET", ["issues", _]) => Yes(issues[number].DeepClone()),
            ("PATCH", [_, _]) => Change(number, body!),
            ("PUT", ["pulls", _, "merge"]) => Merge(number, body!),
            ("PUT", ["issues", _, "labels"]) => SetLabels(number, body!),
            ("GET", ["issues", _, "comments"]) => Page(uri, comments.Where(each => each.Number == number).Select(each => each.Comment.DeepClone())),
            ("POST", ["issues", _, "comments"]) => AddComment(number, body!),
            ("GET", ["pulls", _, "reviews"]) => Page(uri, reviews.Where(each => each.Number == number).Select(each => each.Review.DeepClone())),
            ("POST", ["pulls", _, "requested_reviewers"]) => Ask(number, body!),
            _ => No(HttpStatusCode.NotFound, "Not Found"),
        };
    }

    private HttpResponseMessage OfCommit(string method, string[] parts, Uri uri, JsonObject? body)
    {
        switch (method, parts)
        {
            case ("POST", ["statuses", var sha]):
                if (body!["description"]?.ToString().Length > 140)
                {
                    return No(HttpStatusCode.UnprocessableEntity, "Validation Failed", "description is too long");
                }

                statuses.Add((sha, (JsonObject)body.DeepClone()));
                return Yes(body.DeepClone(), HttpStatusCode.Created);
            case ("GET", ["commits", var sha, "status"]):
                var last = statuses.Where(each => each.Sha == sha).Reverse().DistinctBy(each => each.Status["context"]!.ToString());
                return Page(uri, last.Select(each => each.Status.DeepClone()), "statuses");
            case ("GET", ["commits", _, "check-runs"]):
                return Page(uri, CheckRuns.Select(run => run.DeepClone()), "check_runs");
            case ("GET", ["collaborators", var user, "permission"]):
                return Yes(new JsonObject { ["permission"] = user == "ann" ? "write" : "read" });
            default:
                return No(HttpStatusCode.NotFound, "Not Found");
        }
    }

    private static HttpResponseMessage Page(Uri uri, IEnumerable<JsonNode> all, string? field = null)
    {
        var page = Regex.Match(uri.Query, "[?&]page=([0-9]+)") is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
        var size = Regex.Match(uri.Query, "per_page=([0-9]+)") is { Success: true } asked ? Math.Min(100, int.Parse(asked.Groups[1].Value, CultureInfo.InvariantCulture)) : 30;
        var items = all.ToList();
        var list = new JsonArray([.. items.Skip((page - 1) * size).Take(size)]);
        var answer = Yes(field is null ? list : new JsonObject { ["total_count"] = items.Count, [field] = list });
        if (items.Count > page * size)
        {
            var query = Regex.Replace(uri.Query, "&page=[0-9]+", "");
            answer.Headers.TryAddWithoutValidation("Link", $"<{uri.GetLeftPart(UriPartial.Authority)}/repositories/7/x{query}&page={page + 1}>; rel=\"next\"");
        }

        return answer;
    }

    private static bool IsWanted(JsonNode each, Uri uri) => uri.Query.Contains($"state={each["state"]}", StringComparison.Ordinal)
        && (Regex.Match(uri.Query, "[?&]labels=([^&,]+)") is not { Success: true } label || each["labels"]!.AsArray().Any(one => one!["name"]!.ToString() == Uri.UnescapeDataString(label.Groups[1].Value)))
        && (Regex.Match(uri.Query, "[?&]creator=([^&]+)") is not { Success: true } by || Uri.UnescapeDataString(by.Groups[1].Value) == each["user"]!["login"]!.ToString());

    private int NewIssue(string author, string title, string body)
    {
        var number = next++;
        issues[number] = new()
        {
            ["number"] = number,
            ["state"] = "open",
            ["title"] = title,
            ["body"] = body,
            ["labels"] = new JsonArray(),
            ["user"] = new JsonObject { ["login"] = author },
            ["html_url"] = $"https://github.com/{Repository}/issues/{number}",
        };
        return number;
    }

    private HttpResponseMessage OpenPull(JsonObject body)
    {
        var (head, @base) = (body["head"]!.ToString(), body["base"]!.ToString());
        if (!branches.ContainsKey(head) || !branches.ContainsKey(@base))
        {
            return No(HttpStatusCode.UnprocessableEntity, "Validation Failed", $"head {head} is invalid");
        }

        if (pulls.Any(each => issues[each.Key]["state"]!.ToString() == "open" && each.Value["head"]!.ToString() == head))
        {
            return No(HttpStatusCode.UnprocessableEntity, "Validation Failed", $"A pull request already exists for shop:{head}.");
        }

        return Yes(PullOf(NewPull("selfheal-bot", head, @base, body["title"]!.ToString(), body["body"]?.ToString() ?? ""), isSingle: true), HttpStatusCode.Created);
    }

    private int NewPull(string author, string head, string @base, string title, string body)
    {
        var number = NewIssue(author, title, body);
        issues[number]["pull_request"] = new JsonObject();
        pulls[number] = new() { ["head"] = head, ["base"] = @base, ["fork"] = branches["main"].Count, ["asked"] = new JsonArray(), ["teams"] = new JsonArray() };
        return number;
    }

    private JsonObject PullOf(int number, bool isSingle)
    {
        var pull = pulls[number];
        var (head, @base) = (pull["head"]!.ToString(), pull["base"]!.ToString());
        var answer = (JsonObject)issues[number].DeepClone();
        answer.Remove("pull_request");
        answer["head"] = new JsonObject { ["ref"] = head, ["sha"] = branches[head][^1].Sha, ["repo"] = new JsonObject { ["full_name"] = Repository } };
        answer["base"] = new JsonObject { ["ref"] = @base, ["sha"] = branches[@base][^1].Sha };
        answer["merged_at"] = pull["merged"] is null ? null : "2026-11-21T12:00:00Z";
        answer["merge_commit_sha"] = pull["merged"]?.ToString();
        answer["requested_reviewers"] = new JsonArray([.. pull["asked"]!.AsArray().Select(user => (JsonNode)new JsonObject { ["login"] = user!.ToString() })]);
        answer["requested_teams"] = new JsonArray([.. pull["teams"]!.AsArray().Select(team => (JsonNode)new JsonObject { ["slug"] = team!.ToString() })]);
        if (isSingle)
        {
            answer["mergeable"] = IsMergeable(pull);
        }

        return answer;
    }

    /// <summary>There is one file: whoever changed the base meanwhile has changed the same.</summary>
    private bool IsMergeable(JsonObject pull) => branches[pull["base"]!.ToString()].Count == pull["fork"]!.GetValue<int>();

    private HttpResponseMessage Merge(int number, JsonObject body)
    {
        var pull = pulls[number];
        var (head, @base) = (branches[pull["head"]!.ToString()], branches[pull["base"]!.ToString()]);
        if (issues[number]["state"]!.ToString() != "open" || !IsMergeable(pull))
        {
            return No(HttpStatusCode.MethodNotAllowed, "Pull Request is not mergeable");
        }

        if (body["sha"]!.ToString() != head[^1].Sha)
        {
            return No(HttpStatusCode.Conflict, "Head branch was modified. Review and try the merge again.");
        }

        var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"merge {number}")))[..40];
        @base.Add(new(sha, head[^1].Text));
        pull["merged"] = sha;
        issues[number]["pull_request"]!["merged_at"] = "2026-11-21T12:00:00Z";
        issues[number]["state"] = "closed";
        return Yes(new JsonObject { ["sha"] = sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    private HttpResponseMessage Change(int number, JsonObject body)
    {
        foreach (var (field, value) in body)
        {
            issues[number][field] = value?.DeepClone();
        }

        return Yes(issues[number].DeepClone());
    }

    private HttpResponseMessage SetLabels(int number, JsonObject body)
    {
        issues[number]["labels"] = new JsonArray([.. body["labels"]!.AsArray().Select(label => (JsonNode)new JsonObject { ["name"] = label!.ToString() })]);
        return Yes(issues[number]["labels"]!.DeepClone());
    }

    private static JsonObject CommentOf(long id, string author, string body) => new()
    {
        ["id"] = id,
        ["user"] = new JsonObject { ["login"] = author },
        ["body"] = body,
        ["created_at"] = "2026-01-01T00:00:00Z",
        ["updated_at"] = "2026-01-01T00:00:00Z",
    };

    private HttpResponseMessage AddComment(int number, JsonObject body)
    {
        comments.Add((number, CommentOf(5_000_000_000L + comments.Count, "selfheal-bot", body["body"]!.ToString())));
        return Yes(comments[^1].Comment.DeepClone(), HttpStatusCode.Created);
    }

    private HttpResponseMessage ChangeComment(string id, JsonObject body)
    {
        var comment = comments.First(each => each.Comment["id"]!.ToString() == id).Comment;
        comment["body"] = body["body"]!.ToString();
        comment["updated_at"] = "2026-01-02T00:00:00Z";
        return Yes(comment.DeepClone());
    }

    private HttpResponseMessage Ask(int number, JsonObject body)
    {
        // One stranger among them, and nobody is asked.
        var users = body["reviewers"]?.AsArray().Select(user => user!.ToString()).ToList() ?? [];
        var teams = body["team_reviewers"]?.AsArray().Select(team => team!.ToString()).ToList() ?? [];
        if (users.Contains("selfheal-bot"))
        {
            return No(HttpStatusCode.UnprocessableEntity, "Review cannot be requested from pull request author.");
        }

        if (users.Exists(user => user != "ann") || teams.Exists(team => team != "platform"))
        {
            return No(HttpStatusCode.UnprocessableEntity, "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the shop/deploy repository.");
        }

        users.ForEach(user => pulls[number]["asked"]!.AsArray().Add(user));
        teams.ForEach(team => pulls[number]["teams"]!.AsArray().Add(team));
        return Yes(PullOf(number, isSingle: true), HttpStatusCode.Created);
    }

    private sealed record Commit(string Sha, string Text);
}
