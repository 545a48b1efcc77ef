using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// Where a repository is: <c>https://</c>, <c>ssh://</c> (or <c>user@host:path</c>), a full path on this machine, and
/// <c>http://</c> to this machine alone. It holds no secret, starts no program and is no option.
/// </summary>
internal sealed record RemoteUrl
{
    private RemoteUrl(string text, string protocol, Uri? uri)
    {
        Text = text;
        Protocol = protocol;
        Uri = uri;
    }

    /// <summary>As git gets it; may be printed.</summary>
    public string Text { get; }

    /// <summary>The only transport that git may use for it: https, http, ssh or file.</summary>
    public string Protocol { get; }

    /// <summary>Null for a path, and for the short form of ssh.</summary>
    public Uri? Uri { get; }

    public bool IsHttp => Protocol is "https" or "http";

    /// <summary>The same for each way to write where it is: with or without user, protocol, <c>.git</c>, and letters of a host.</summary>
    public string Identity
    {
        get
        {
            var (host, path) = Uri is { } uri ? (uri.IsLoopback ? $"localhost:{uri.Port}" : uri.IdnHost, uri.AbsolutePath)
                : Protocol == "ssh" ? (Text[(Text.IndexOf('@', StringComparison.Ordinal) + 1)..Text.IndexOf(':', StringComparison.Ordinal)], Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..])
                : ("", Text);
            path = path.Trim('/');
            return $"{host.ToLowerInvariant()}/{(path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4].TrimEnd('/') : path)}";
        }
    }

    public override string ToString() => Text;

    /// <exception cref="UsageException">It is none of these. The message does not repeat it: it may hold a password.</exception>
    public static RemoteUrl Parse(string text)
    {
        if (text.Length is 0 or > 2000 || text[0] == '-' || text.Any(char.IsControl))
        {
            throw new UsageException("the repository's URL is empty, too long, begins with '-' or has control characters");
        }

        if (Path.IsPathFullyQualified(text))
        {
            return new(Path.GetFullPath(text), "file", null);
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return Short(text) ?? throw new UsageException(
                "the repository is named neither by https://, ssh:// or user@host:path, nor by a full path");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new UsageException("the repository's URL cannot be read");
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal) || (uri.UserInfo.Length > 0 && uri.Scheme != "ssh"))
        {
            throw new UsageException($"the URL of the repository at {Printable.Of(uri.Host)} holds a user or a password; give credentials apart from it");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new UsageException($"the URL of the repository at {Printable.Of(uri.Host)} has a query or a fragment");
        }

        return uri.Scheme switch
        {
            "https" => new(text, "https", uri),
            "http" when uri.IsLoopback => new(text, "http", uri),
            "http" => throw new UsageException($"http://{Printable.Of(uri.Host)} would carry credentials in the clear; use https://"),
            "ssh" when IsHost(uri.Host) && (uri.UserInfo.Length == 0 || IsHost(uri.UserInfo)) => new(text, "ssh", uri),
            "file" when uri.Host.Length == 0 => new(Path.GetFullPath(uri.LocalPath), "file", null),
            _ => throw new UsageException($"the repository's URL has the scheme '{Printable.Of(uri.Scheme)}'; https and ssh are spoken here"),
        };
    }

    private static RemoteUrl? Short(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1 || text[colon + 1] is ':' or '-')
        {
            return null;
        }

        var at = text[..colon].IndexOf('@', StringComparison.Ordinal);
        return IsHost(text[(at + 1)..colon]) && (at < 0 || IsHost(text[..at])) ? new(text, "ssh", null) : null;
    }

    /// <summary>Nothing that ssh or a shell could take for something else.</summary>
    private static bool IsHost(string name) =>
        name.Length > 0 && name[0] != '-' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '[' or ']');
}
