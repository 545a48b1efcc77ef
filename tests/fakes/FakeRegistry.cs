using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Fakes;

/// <summary>A registry in memory, for pulling: manifests by tag and digest, blobs, and tags by pages. Told to, it lies.</summary>
public sealed class FakeRegistry : HttpDouble
{
    private readonly Dictionary<(string Repository, string Reference), SampleContent> manifests = [];
    private readonly Dictionary<string, SampleContent> blobs = [];
    private readonly SortedSet<(string Repository, string Tag)> tags = [];

    /// <summary>What a 401 says; null for a registry that lets everybody in.</summary>
    public string? Challenge { get; set; }

    /// <summary>The header that opens the door.</summary>
    public string? Key { get; set; }

    public int PageSize { get; set; } = 1000;

    public void Push(string repository, SampleImage image, params string[] names)
    {
        foreach (var content in image.Children.Append(image.Manifest))
        {
            manifests[(repository, content.Digest)] = content;
        }

        foreach (var blob in image.Blobs)
        {
            blobs[blob.Digest] = blob;
        }

        foreach (var tag in names)
        {
            manifests[(repository, tag)] = image.Manifest;
            tags.Add((repository, tag));
        }
    }

    protected override HttpTold Tell(HttpAsked request)
    {
        if (Challenge is not null && request.Authorization != Key)
        {
            return HttpTold.Text(401, "{}", ("WWW-Authenticate", Challenge));
        }

        var parts = request.Path.Split('/');
        var repository = string.Join('/', parts[2..^2]);
        return (parts[^2], parts[^1]) switch
        {
            ("manifests", var reference) when manifests.TryGetValue((repository, reference), out var manifest) =>
                new(200, manifest.Bytes, ("Content-Type", manifest.Type), ("Docker-Content-Digest", manifest.Digest)),
            ("blobs", var digest) when blobs.TryGetValue(digest, out var blob) => new(200, blob.Bytes, ("Content-Type", "application/octet-stream")),
            ("tags", "list") when tags.Any(tag => tag.Repository == repository) => Tags(repository, request.Target),
            _ => HttpTold.Text(404, """{"errors":[{"code":"NOT_FOUND"}]}"""),
        };
    }

    private HttpTold Tags(string repository, string target)
    {
        var last = target.Split('?', '&').FirstOrDefault(part => part.StartsWith("last=", StringComparison.Ordinal))?[5..] ?? "";
        var left = tags.Where(tag => tag.Repository == repository && string.CompareOrdinal(tag.Tag, last) > 0).Select(tag => tag.Tag).ToList();
        var page = left.Take(PageSize).ToList();
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["name"] = repository, ["tags"] = new JsonArray([.. page.Select(tag => JsonValue.Create(tag))]) }.ToJsonString());
        return left.Count > page.Count
            ? new(200, body, ("Content-Type", "application/json"), ("Link", $"</v2/{repository}/tags/list?n={PageSize}&last={page[^1]}>; rel=\"next\""))
            : new(200, body, ("Content-Type", "application/json"));
    }
}

/// <summary>Hands out one token, to whoever shows these credentials, and for the scope that is asked for.</summary>
public sealed class FakeTokenServer : HttpDouble
{
    public string Token { get; set; } = "opaque-token";

    /// <summary>The header <c>Authorization</c> that is wanted; null to serve everybody.</summary>
    public string? Wanted { get; set; }

    protected override HttpTold Tell(HttpAsked request) =>
        Wanted is not null && request.Authorization != Wanted
            ? HttpTold.Text(401, "{}")
            : HttpTold.Text(200, new JsonObject { ["token"] = Token, ["expires_in"] = 300 }.ToJsonString(), ("Content-Type", "application/json"));
}
