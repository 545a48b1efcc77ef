using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Asks the cluster whose token it is.</summary>
public static class TokenReviews
{
    /// <param name="audiences">Whom the token has to be meant for; none means the API server itself.</param>
    public static async Task<TokenReviewReply> ReviewTokenAsync(
        this ICluster cluster, string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        var spec = new JsonObject { ["token"] = token };
        if (audiences.Count > 0)
        {
            spec["audiences"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]);
        }

        var review = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = spec };
        var reply = await cluster.CreateAsync(ResourceTypes.TokenReviews, null, review, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        if (reply is not ClusterReply.Done done)
        {
            return new TokenReviewReply.Failed(reply);
        }

        if (done.Object["status"] is not JsonObject status || !status.IsTrue("authenticated") || status["user"] is not JsonObject user)
        {
            return new TokenReviewReply.Unknown();
        }

        // An authenticator that knows of no audiences names none, and took the token for the API server's.
        if (audiences.Count > 0 && !status.Texts("audiences").Intersect(audiences, StringComparer.Ordinal).Any())
        {
            return new TokenReviewReply.Unknown();
        }

        return new TokenReviewReply.Authenticated(ClusterUser.Of(user));
    }
}

/// <summary>Whose token it is.</summary>
public abstract record TokenReviewReply
{
    private TokenReviewReply()
    {
    }

    public sealed record Authenticated(ClusterUser User) : TokenReviewReply;

    /// <summary>Nobody's: forged, expired, or meant for another audience.</summary>
    public sealed record Unknown : TokenReviewReply;

    /// <param name="Why">Refused or unavailable.</param>
    public sealed record Failed(ClusterReply Why) : TokenReviewReply;
}
