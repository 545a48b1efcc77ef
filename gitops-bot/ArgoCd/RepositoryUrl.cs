namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>
/// One repository has many spellings: https or ssh, <c>git@host:path</c>, with user, port, <c>.git</c> or a slash at the
/// end, the host in any case. What is left when all that is taken off is compared.
/// </summary>
internal static class RepositoryUrl
{
    // The forges that take paths in any case; of another server nobody knows.
    private static readonly string[] IgnoringCase = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

    public static bool AreSame(string a, string b) => Normalize(a) is { Length: > 0 } first && first == Normalize(b);

    /// <summary>Host and path: <c>github.com/shop/deploy</c>; a local path as it is. Holds no credentials.</summary>
    public static string Normalize(string url)
    {
        var text = url.Trim();
        string host, path;
        if (text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme)
        {
            if (text.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            {
                return Trim(text["file://".Length..], isFile: true);
            }

            var rest = text[(scheme + 3)..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            (host, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
            host = host[(host.LastIndexOf('@') + 1)..];
            var isUsual = text[..scheme].ToLowerInvariant() switch
            {
                "https" => host.EndsWith(":443", StringComparison.Ordinal),
                "http" => host.EndsWith(":80", StringComparison.Ordinal),
                "ssh" or "git+ssh" => host.EndsWith(":22", StringComparison.Ordinal),
                _ => false,
            };
            host = isUsual ? host[..host.LastIndexOf(':')] : host;
        }
        else if (text.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && !text[..colon].Contains('/', StringComparison.Ordinal))
        {
            (host, path) = (text[..colon], text[(colon + 1)..]);
            host = host[(host.LastIndexOf('@') + 1)..];
        }
        else
        {
            return Trim(text, isFile: true);
        }

        host = host.ToLowerInvariant();
        // GitHub's and others' ssh over the port of https.
        host = host switch { "ssh.github.com:443" => "github.com", "altssh.gitlab.com:443" => "gitlab.com", _ => host };
        path = Trim(path, isFile: false);
        return $"{host}/{(IgnoringCase.Contains(host, StringComparer.Ordinal) ? path.ToLowerInvariant() : path)}";
    }

    private static string Trim(string path, bool isFile)
    {
        var trimmed = isFile ? path.TrimEnd('/') : path.Trim('/');
        return trimmed.EndsWith(".git", StringComparison.OrdinalIgnoreCase) && trimmed.Length > 4 ? trimmed[..^4].TrimEnd('/') : trimmed;
    }
}
