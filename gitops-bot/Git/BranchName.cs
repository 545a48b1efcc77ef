using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// The short name of a branch, as <c>git check-ref-format</c> wants it and a little stricter: no name is an option, a
/// revision of another meaning (<c>HEAD</c>, a full hash), or a reference of another kind.
/// </summary>
internal readonly record struct BranchName
{
    private const int Longest = 200;

    private BranchName(string text) => Text = text;

    public string Text { get; }

    /// <summary>Its full name on the server.</summary>
    public string Ref => $"refs/heads/{Text}";

    public override string ToString() => Text;

    /// <exception cref="UsageException">It is no name of a branch.</exception>
    public static BranchName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new UsageException($"'{Printable.Of(text)}' cannot be the name of a branch");

    public static bool TryParse(string text, out BranchName name)
    {
        name = new(text);
        return text.Length is > 0 and <= Longest
            && text is not ("HEAD" or "@")
            && text[0] != '-'
            && text[^1] != '.'
            && !text.StartsWith("refs/", StringComparison.Ordinal)
            && !text.Contains("..", StringComparison.Ordinal)
            && !text.Contains("@{", StringComparison.Ordinal)
            && !text.Any(c => c <= ' ' || c is '~' or '^' or ':' or '?' or '*' or '[' or '\\' || char.IsControl(c) || char.IsSurrogate(c))
            && !(text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit))
            && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
    }
}
