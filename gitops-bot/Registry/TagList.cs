using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>The tags of a repository, page by page. All of them or none: the newest of some of them may not be the newest.</summary>
internal sealed partial class TagList(
    RegistryConnection connection, RegistryLimits limits, string name, RegistryHost host, string repository, Uri root)
{
    private const int PageSize = 1000;

    /// <exception cref="NoAnswerException">They cannot be had, or have no end.</exception>
    public async Task<IReadOnlyCollection<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var page = new Uri(root, $"tags/list?n={PageSize}");
        for (var pages = 0; pages < limits.MaxTagPages; pages++)
        {
            var reply = await connection.SendAsync(
                name, host, HttpMethod.Get, page, repository, "application/json", limits.MaxTagPageBytes, cancellationToken).ConfigureAwait(false);
            if (reply is not RegistryReply.Done done)
            {
                var failed = (RegistryReply.Failed)reply;
                throw new NoAnswerException(failed.Code, failed.Message);
            }

            using var json = Json.ParseObject(done.Bytes)
                ?? throw new NoAnswerException(AbsenceCode.Malformed, $"{name} lists tags in what is no JSON object");
            tags.UnionWith(Json.Texts(json.RootElement, "tags").Where(tag => ImageReference.TryParse("x:" + tag, out _)));
            if (tags.Count > limits.MaxTags)
            {
                throw new NoAnswerException(AbsenceCode.TooLarge, $"{name} lists more than {limits.MaxTags} tags of {repository}");
            }

            if (done.Link is null || Next().Match(done.Link) is not { Success: true } link)
            {
                return tags;
            }

            // The next page is a page of the same list: a link elsewhere would be a redirect that nobody has allowed.
            if (!Uri.TryCreate(page, link.Groups["url"].Value, out var next) || next.AbsolutePath != page.AbsolutePath)
            {
                throw new NoAnswerException(AbsenceCode.Lies, $"{name} continues the list of tags at {Excerpt.Of(link.Groups["url"].Value)}, which is none");
            }

            // Behind a proxy, registries give links of their inner names; the question is the same under the name we know.
            page = new UriBuilder(page) { Query = next.Query }.Uri;
        }

        throw new NoAnswerException(AbsenceCode.TooLarge, $"{name} lists the tags of {repository} on more than {limits.MaxTagPages} pages");
    }

    [GeneratedRegex("""<(?<url>[^<>]+)>\s*;\s*rel="?next"?""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Next();
}
