using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>Gitea and Forgejo.</summary>
/// <param name="address">Of the forge itself, as people open it.</param>
/// <param name="allowsUnboundMerge">
/// Gitea before 1.18 merges whatever the branch is at when it gets to it. Unless the owner accepts that moment, the bot
/// merges nothing there.
/// </param>
internal sealed class GiteaForge(
    Uri address, string owner, string repository, string token, TimeProvider time, bool allowsUnboundMerge = false, ForgeLimits? limits = null, HttpMessageHandler? handler = null)
    : RestForge(Connect(address, token, limits ?? ForgeLimits.Default, time, handler), owner, repository, $"limit={MaxPage}")
{
    private const int MaxPage = 50;
    private const int BindsMerges = 18;
    private const string NewLabelColour = "#5b8def";

    public override string Name { get; } = $"{address.Host}/{owner}/{repository}";

    public override async Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken)
    {
        var all = new List<ForgeAnswer>();
        foreach (var each in (await ReviewsAsync(number, cancellationToken)).Where(each => each["state"].Text is "APPROVED" or "REQUEST_CHANGES" or "COMMENT"))
        {
            if (each.Find("dismissed") is { IsTrue: true })
            {
                Dismiss(all, Login(each), review => (Login(review), review["state"].Text != "COMMENT"));
            }
            else
            {
                all.Add(each);
            }
        }

        var writers = all.Exists(each => !IsOfficial(each)) ? await WritersAsync(cancellationToken) : [];
        return
        [
            .. all.Select(each => new Review(
                Login(each),
                each["state"].Text switch
                {
                    "APPROVED" => ReviewState.Approved,
                    "REQUEST_CHANGES" => ReviewState.ChangesRequested,
                    _ => ReviewState.Commented,
                },
                each.TextOrNull("commit_id") is { Length: > 0 } sha ? sha : null,
                IsOfficial(each) || (Login(each) is { } login && writers.Contains(login)))),
        ];
    }

    private static bool IsOfficial(ForgeAnswer review) => review.Find("official") is { IsTrue: true };

    /// <summary>
    /// Reviews are official by the rules of a protected branch; where it is not protected, older versions call none so.
    /// Those who may write are those who may be assigned.
    /// </summary>
    private async Task<HashSet<string>> WritersAsync(CancellationToken cancellationToken)
    {
        var reply = await Connection.GetAsync(Repo("assignees"), cancellationToken);
        return new((reply.IsSuccess ? reply.Answer?.Items ?? [] : []).Select(user => user["login"].Text), StringComparer.OrdinalIgnoreCase);
    }

    protected override async Task<string> LoginAsync(CancellationToken cancellationToken) => (await AskAsync(HttpMethod.Get, "user", null, cancellationToken))["login"].Text;

    protected override string OnlyBy(string login) => $"&type=issues&created_by={Uri.EscapeDataString(login)}";

    protected override IReadOnlyList<string> OwnIssues(string login) => [OnlyBy(login)];

    protected override IReadOnlyList<string> OwnRequests(string login) => [$"&type=pulls&created_by={Uri.EscapeDataString(login)}"];

    protected override async Task<ForgeReply> SendMergeAsync(int number, string expectedHead, CancellationToken cancellationToken)
    {
        if (!allowsUnboundMerge)
        {
            var version = (await AskAsync(HttpMethod.Get, "version", null, cancellationToken))["version"].Text;
            if (!DoesBindMerges(version))
            {
                return new(HttpStatusCode.MethodNotAllowed, null, $"Gitea {version} cannot bind a merge to a commit; 1.{BindsMerges} and later can", null);
            }
        }

        return await Connection.SendAsync(HttpMethod.Post, Repo($"pulls/{Text(number)}/merge"), new JsonObject { ["Do"] = "merge", ["head_commit_id"] = expectedHead }, cancellationToken);
    }

    protected override async Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        // Gitea knows labels by their ids, and makes none by itself.
        var all = await Connection.ListAsync(Repo($"labels?limit={MaxPage}"), cancellationToken);
        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var label in all)
        {
            known[label["name"].Text] = label["id"].Id;
        }

        var ids = new JsonArray();
        foreach (var label in labels)
        {
            if (!known.TryGetValue(label, out var id))
            {
                var made = await AskAsync(HttpMethod.Post, Repo("labels"), new JsonObject { ["name"] = label, ["color"] = NewLabelColour }, cancellationToken);
                id = made["id"].Id;
            }

            ids.Add((JsonNode)long.Parse(id, CultureInfo.InvariantCulture));
        }

        await Connection.RequireAsync(HttpMethod.Put, Repo($"issues/{Text(number)}/labels"), new JsonObject { ["labels"] = ids }, cancellationToken);
    }

    /// <summary>Gitea says no also while it is still looking; whoever acts on a conflict asks git first.</summary>
    protected override Mergeability MergeabilityOf(ForgeAnswer request) => request["mergeable"].IsTrue ? Mergeability.Clean : Mergeability.Conflict;

    /// <summary>Older versions name those who are asked among the reviews alone.</summary>
    protected override async Task<PullRequest> CompleteAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var all = await ReviewsAsync(request.Number, cancellationToken);
        var asked = all.Where(each => each["state"].Text == "REQUEST_REVIEW").Select(Asked).OfType<string>();
        return request with { Reviewers = [.. request.Reviewers.Union(asked, StringComparer.OrdinalIgnoreCase)] };
    }

    /// <summary>Forgejo counts from 7 on; what it is like stands behind the plus sign, and is later than all that matters here.</summary>
    internal static bool DoesBindMerges(string version) =>
        version.Split('.', '-', '+') is [var major, var minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
        && (first > 1 || (first == 1 && second >= BindsMerges));

    /// <summary>A person, or a team as owner/name.</summary>
    private string? Asked(ForgeAnswer review) => Login(review) ?? (review.Find("team")?.TextOrNull("name") is { } team ? $"{Owner}/{team}" : null);

    private static ForgeConnection Connect(Uri address, string token, ForgeLimits limits, TimeProvider time, HttpMessageHandler? handler)
    {
        var root = new Uri(address.AbsoluteUri.TrimEnd('/') + "/api/v1/");
        return new($"Gitea at {address.Host}", root, _ => ValueTask.FromResult($"token {token}"), "application/json", new Dictionary<string, string>(), limits, time, handler);
    }

    private Task<IReadOnlyList<ForgeAnswer>> ReviewsAsync(int number, CancellationToken cancellationToken) =>
        Connection.ListAsync(Repo($"pulls/{Text(number)}/reviews?limit={MaxPage}"), cancellationToken);
}
