using System.Text;

namespace SelfHealGitOps.Bot.Git;

/// <summary>A file's path within a repository, as git writes it. Judged before anything is read from or written to it.</summary>
internal static class GitPath
{
    /// <summary>In bytes: together with a folder of ours in front of it, no system call finds it too long.</summary>
    private const int Longest = 2000;

    /// <summary>Whether git itself puts no such path into an index.</summary>
    public static bool IsUnfit(string path) => path.Split('/').Any(part => part is "" or "." or ".." || IsGitFolder(part));

    /// <summary>Why nothing is done with a path of that name; null if it is an ordinary one.</summary>
    public static string? Objection(string path)
    {
        if (path.Length == 0 || Encoding.UTF8.GetByteCount(path) > Longest)
        {
            return "the path is empty or too long";
        }

        foreach (var c in path)
        {
            // U+FFFD is what a name that is not UTF-8 has been read as: it would not find its way back.
            if (char.IsControl(c) || c is '\\' or '\uFFFD')
            {
                return "the path has control characters, backslashes or is not UTF-8";
            }
        }

        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or "..")
            {
                return "the path is absolute or leads out of the repository";
            }

            if (Encoding.UTF8.GetByteCount(part) > 255)
            {
                return "the path is empty or too long";
            }

            if (IsGitFolder(part))
            {
                return "the path leads into .git";
            }
        }

        return OperatingSystem.IsWindows() && path.Contains(':', StringComparison.Ordinal) ? "the path has a colon" : null;
    }

    /// <summary>In whatever letters some file system takes for the same: case, trailing dots and spaces, 8.3 names, streams, characters without width.</summary>
    private static bool IsGitFolder(string part)
    {
        var plain = string.Concat(part.Where(c => char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format)).Split(':')[0].TrimEnd('.', ' ');
        return plain.Equals(".git", StringComparison.OrdinalIgnoreCase) || plain.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }
}
