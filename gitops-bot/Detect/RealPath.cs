namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// Where a path really leads, as the operating system walks it: each link in turn, and <c>..</c> from where the links
/// before it have led. <see cref="Path.GetFullPath(string)"/> drops <c>..</c> as text, which is another place behind a link.
/// </summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MaxLinks = 40;

    /// <exception cref="IOException">Links lead in circles.</exception>
    public static string Of(string path)
    {
        var full = Path.Combine(Directory.GetCurrentDirectory(), path);
        var at = Path.GetPathRoot(full)!;
        var ahead = new Stack<string>();
        Push(ahead, full[at.Length..]);
        var links = 0;
        while (ahead.TryPop(out var part))
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? at;
                continue;
            }

            var next = Path.Join(at, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                at = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"'{path}' leads through more than {MaxLinks} links");
            }

            var root = Path.GetPathRoot(target)!;
            at = root.Length > 0 ? root : at;
            Push(ahead, target[root.Length..]);
        }

        return at;
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var part in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
        {
            if (part is not ("" or "."))
            {
                ahead.Push(part);
            }
        }
    }
}
