using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>Under whose name the bot commits; by it the bot knows its own commits again.</summary>
internal sealed record GitIdentity
{
    /// <exception cref="UsageException">git could not write them into a commit as they are.</exception>
    public GitIdentity(string name, string email)
    {
        if (!IsPlain(name) || !IsPlain(email) || !email.Contains('@', StringComparison.Ordinal) || email.Contains(' ', StringComparison.Ordinal))
        {
            throw new UsageException($"'{Printable.Of(name)} <{Printable.Of(email)}>' cannot be the author of a commit: a name and an e-mail address are wanted, without '<', '>' and line breaks");
        }

        (Name, Email) = (name, email);
    }

    public string Name { get; }

    public string Email { get; }

    public override string ToString() => $"{Name} <{Email}>";

    /// <summary>git drops these from the ends of a name without a word, and the commit would then look like somebody else's.</summary>
    private static bool IsPlain(string text) =>
        text.Length is > 0 and <= 200
        && !text.Any(c => char.IsControl(c) || c is '<' or '>' or '\uFFFD')
        && text.Trim(' ', '.', ',', ':', ';', '"', '\'', '\\') == text;
}
