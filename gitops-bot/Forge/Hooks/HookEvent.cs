namespace SelfHealGitOps.Bot.Forge.Hooks;

internal enum HookKind
{
    /// <summary>A branch has moved. <see cref="HookEvent.Branch"/>, <see cref="HookEvent.Sha"/>.</summary>
    Push,

    /// <summary>Somebody has commented on a pull request or an issue, or changed what they wrote.</summary>
    Comment,

    /// <summary>Somebody has reviewed a pull request, or a review was dismissed.</summary>
    Review,

    /// <summary>A pull request was opened, changed, closed or labelled.</summary>
    PullRequest,
    Merged,

    /// <summary>Signed and well formed, and nothing that the bot acts on: a ping, a star, a deleted branch.</summary>
    Other,
}

/// <summary>
/// That something happened, and where to look. The bot reads the state itself from the forge: what a delivery says of
/// bodies, labels or approvals is old when it arrives.
/// </summary>
/// <param name="Repository">owner/name.</param>
/// <param name="Number">Null for a push.</param>
/// <param name="Sender">Who did it; null where the delivery does not say.</param>
internal sealed record HookEvent(HookKind Kind, string Repository, int? Number, string? Branch, string? Sha, string? Sender);

/// <summary>What became of a delivery.</summary>
internal abstract record HookReading
{
    private HookReading()
    {
    }

    public sealed record Accepted(HookEvent Event) : HookReading;

    /// <summary>It came before. There is nothing to do, and nothing wrong: forges send again what they believe lost.</summary>
    public sealed record Repeated : HookReading;

    /// <summary>Not signed with the secret. Nothing of it was read.</summary>
    public sealed record Unsigned(string Reason) : HookReading;

    public sealed record Malformed(string Reason) : HookReading;
}
