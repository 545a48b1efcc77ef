using System.Text.Json;
using SelfHealGitOps.Bot.Forge.Rest;

namespace SelfHealGitOps.Bot.Forge.Hooks;

/// <summary>From a delivery to an event: first the signature, then whether it is new, then what it says. Does no I/O.</summary>
internal sealed class HookReader(HookForge forge, IReadOnlyList<byte[]> secrets, SeenDeliveries seen)
{
    /// <summary>GitHub sends no more than 25 MB; what the bot needs stands in far less.</summary>
    public const int MaxBodyBytes = 25 << 20;

    private const int MaxId = 100;
    private const string Branches = "refs/heads/";
    private const string NoBranch = "0000000000000000000000000000000000000000";

    /// <param name="header">The value of a header by its name; null where there is none.</param>
    public HookReading Read(Func<string, string?> header, ReadOnlyMemory<byte> body)
    {
        var prefix = forge == HookForge.GitHub ? "X-GitHub" : "X-Gitea";
        if (body.Length > MaxBodyBytes)
        {
            return new HookReading.Malformed($"the body is longer than {MaxBodyBytes} bytes");
        }

        var signature = forge == HookForge.GitHub ? "X-Hub-Signature-256" : "X-Gitea-Signature";
        if (!HookSignature.IsValid(forge, header(signature), body.Span, secrets))
        {
            return new HookReading.Unsigned($"{signature} is missing, or is not that of the body under the secret of this receiver");
        }

        if (header($"{prefix}-Delivery") is not { Length: > 0 and <= MaxId } id || header($"{prefix}-Event") is not { Length: > 0 and <= MaxId } name)
        {
            return new HookReading.Malformed($"{prefix}-Delivery or {prefix}-Event is missing");
        }

        HookEvent read;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            read = EventOf(name, new(forge.ToString(), $"delivery of {Report.Printable.Of(name)}", "$", document.RootElement));
        }
        catch (JsonException)
        {
            return new HookReading.Malformed("the body is no JSON, or a part of it; the receiver takes application/json");
        }
        catch (ForgeException exception)
        {
            return new HookReading.Malformed(exception.Message);
        }

        return seen.Add(id, body.Span) ? new HookReading.Accepted(read) : new HookReading.Repeated();
    }

    private static HookEvent EventOf(string name, ForgeAnswer body)
    {
        var repository = body.Find("repository")?["full_name"].Text;
        var sender = body.Find("sender")?.TextOrNull("login");
        if (repository is null)
        {
            return new(HookKind.Other, "", null, null, null, sender);
        }

        return name switch
        {
            "push" => Push(body, repository, sender),

            // A review without a verdict: Gitea sends it under the name of a comment.
            "issue_comment" or "pull_request_comment" when body["action"].Text is "reviewed" => OfPullRequest(HookKind.Review, body, repository, sender),
            "issue_comment" or "pull_request_comment" when body["action"].Text is not "deleted" =>
                new(HookKind.Comment, repository, body.Find("issue") is { } issue ? issue["number"].Number : body["pull_request"]["number"].Number, null, null, sender),
            "pull_request_review" or "pull_request_approved" or "pull_request_rejected" or "pull_request_review_approved" or "pull_request_review_rejected" or "pull_request_review_comment" =>
                OfPullRequest(HookKind.Review, body, repository, sender),
            "pull_request" => OfPullRequest(
                body["action"].Text is "reviewed" ? HookKind.Review
                : body["action"].Text == "closed" && body["pull_request"].Find("merged") is { IsTrue: true } ? HookKind.Merged
                : HookKind.PullRequest,
                body, repository, sender),
            _ => new(HookKind.Other, repository, null, null, null, sender),
        };
    }

    private static HookEvent Push(ForgeAnswer body, string repository, string? sender)
    {
        var (reference, after) = (body["ref"].Text, body["after"].Text);
        return reference.StartsWith(Branches, StringComparison.Ordinal) && after != NoBranch
            ? new(HookKind.Push, repository, null, reference[Branches.Length..], body["after"].Sha, sender)
            : new(HookKind.Other, repository, null, null, null, sender);
    }

    private static HookEvent OfPullRequest(HookKind kind, ForgeAnswer body, string repository, string? sender)
    {
        var request = body["pull_request"];
        return new(kind, repository, request["number"].Number, request["head"]["ref"].Text, request["head"].TextOrNull("sha"), sender);
    }
}
