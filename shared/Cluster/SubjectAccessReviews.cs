using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Asks the cluster whether somebody may do something.</summary>
public static class SubjectAccessReviews
{
    public static Task<AccessReply> ReviewAccessAsync(
        this ICluster cluster, ClusterUser user, AccessQuestion question, CancellationToken cancellationToken)
    {
        var spec = Spec(question);
        spec["user"] = user.Name;
        if (user.Uid.Length > 0)
        {
            spec["uid"] = user.Uid;
        }

        if (user.Groups.Count > 0)
        {
            spec["groups"] = Array(user.Groups);
        }

        if (user.Extra.Count > 0)
        {
            var extra = new JsonObject();
            foreach (var (key, values) in user.Extra)
            {
                extra[key] = Array(values);
            }

            spec["extra"] = extra;
        }

        return AskAsync(cluster, ResourceTypes.SubjectAccessReviews, spec, cancellationToken);
    }

    /// <summary>Whether we ourselves may.</summary>
    public static Task<AccessReply> ReviewOwnAccessAsync(this ICluster cluster, AccessQuestion question, CancellationToken cancellationToken) =>
        AskAsync(cluster, ResourceTypes.SelfSubjectAccessReviews, Spec(question), cancellationToken);

    private static async Task<AccessReply> AskAsync(ICluster cluster, ResourceType type, JsonObject spec, CancellationToken cancellationToken)
    {
        var review = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["spec"] = spec };
        var reply = await cluster.CreateAsync(type, null, review, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        if (reply is not ClusterReply.Done done)
        {
            return new AccessReply.Failed(reply);
        }

        var status = done.Object["status"] as JsonObject ?? [];
        var reason = status.Text("reason") ?? "";
        return status.IsTrue("allowed") && !status.IsTrue("denied") ? new AccessReply.Allowed(reason) : new AccessReply.Denied(reason);
    }

    private static JsonObject Spec(AccessQuestion question)
    {
        switch (question)
        {
            case AccessQuestion.Resource resource:
                var attributes = new JsonObject
                {
                    ["verb"] = resource.Verb,
                    ["group"] = resource.Group,
                    ["version"] = "*",
                    ["resource"] = resource.Plural,
                };
                foreach (var (key, value) in (ReadOnlySpan<(string, string?)>)
                    [("namespace", resource.Namespace), ("name", resource.Name), ("subresource", resource.Subresource)])
                {
                    if (value is not null)
                    {
                        attributes[key] = value;
                    }
                }

                return new() { ["resourceAttributes"] = attributes };
            case AccessQuestion.Path path:
                return new() { ["nonResourceAttributes"] = new JsonObject { ["verb"] = path.Verb, ["path"] = path.Url } };
            default:
                throw new ArgumentOutOfRangeException(nameof(question));
        }
    }

    private static JsonArray Array(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}

/// <summary>What somebody would like to do.</summary>
public abstract record AccessQuestion
{
    private AccessQuestion()
    {
    }

    /// <param name="Namespace">Null for all of them, and for what belongs to none.</param>
    /// <param name="Name">Null for any.</param>
    public sealed record Resource(string Verb, string Group, string Plural, string? Namespace = null, string? Name = null, string? Subresource = null)
        : AccessQuestion;

    /// <param name="Url">Such as <c>/metrics</c>.</param>
    public sealed record Path(string Verb, string Url) : AccessQuestion;
}

/// <summary>Whether somebody may.</summary>
public abstract record AccessReply
{
    private AccessReply()
    {
    }

    public sealed record Allowed(string Reason) : AccessReply;

    public sealed record Denied(string Reason) : AccessReply;

    /// <param name="Why">Refused or unavailable; not to be taken for a yes.</param>
    public sealed record Failed(ClusterReply Why) : AccessReply;
}
