namespace SelfHealGitOps.Bot.Forge;

internal enum IssueState
{
    Open,
    Closed,
}

/// <param name="Body">As it is now, check boxes that people have ticked and all; lines end in LF. Ensuring a draft undoes what it does not repeat.</param>
/// <param name="IsOwn">By the bot's user.</param>
internal sealed record Issue(
    int Number, IssueState State, string Title, string Body, IReadOnlyList<string> Labels, bool IsOwn, string Where)
{
    public Fingerprint? Fingerprint { get; } = Forge.Fingerprint.Find(Body);
}

/// <param name="Fingerprint">Put at the end of the body, where nobody sees it.</param>
/// <param name="Body">As it is to be read, without the fingerprint.</param>
internal sealed record IssueDraft(Fingerprint Fingerprint, string Title, string Body, IReadOnlyList<string> Labels)
{
    public string FullBody => Fingerprint.Append(Body);
}

/// <param name="Author">Null where the forge knows no users.</param>
/// <param name="IsOwn">By the bot itself.</param>
internal sealed record Comment(string Id, string? Author, string Body, bool IsOwn)
{
    /// <summary>Not as it was written: on many a forge, others than the author may edit it.</summary>
    public bool IsEdited { get; init; }

    public Fingerprint? Fingerprint { get; } = Forge.Fingerprint.Find(Body);
}
