namespace SelfHealGitOps.Bot.Configuration;

/// <summary>Where pull requests and issues go.</summary>
internal enum ForgeKind
{
    /// <summary>A folder, in which they are Markdown files.</summary>
    Local,

    GitHub,

    /// <summary>Forgejo as well.</summary>
    Gitea,
}

/// <summary>One forge.</summary>
internal sealed record ForgeSettings(ForgeKind Kind)
{
    /// <summary>As people open it; null for a local one, and for github.com.</summary>
    public Uri? Url { get; init; }

    /// <summary>Null where it follows from <see cref="Url"/>.</summary>
    public Uri? ApiUrl { get; init; }

    /// <summary><c>owner/name</c>, of the one repository that is in this forge; null where its URL says so.</summary>
    public string? Repository { get; init; }

    /// <summary>Of a local forge, as a full path; null for one in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Null for a local one alone.</summary>
    public ForgeCredentials? Credentials { get; init; }

    /// <summary>What its webhooks are signed with; null where none are taken from it.</summary>
    public SecretSource? WebhookSecret { get; init; }

    /// <summary>Of its repositories that say nothing themselves; null for <see cref="Credentials"/>.</summary>
    public GitAccess? Git { get; init; }
}

/// <summary>By what a forge knows the bot.</summary>
internal abstract record ForgeCredentials
{
    private ForgeCredentials()
    {
    }

    public sealed record Token(SecretSource Source) : ForgeCredentials;

    /// <summary>A GitHub App.</summary>
    /// <param name="Key">Its private key, PEM.</param>
    public sealed record App(long Id, long Installation, SecretSource Key) : ForgeCredentials;
}
