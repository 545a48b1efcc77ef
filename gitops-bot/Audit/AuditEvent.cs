namespace SelfHealGitOps.Bot.Audit;

/// <summary>
/// Something that was done, or was refused. It holds no secrets: whoever makes one leaves them out. Texts longer than
/// <see cref="AuditText.Longest"/> are cut, and say so.
/// </summary>
internal sealed record AuditEvent
{
    /// <summary>What an event is known by when it comes twice: it goes into the log once.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    public required DateTimeOffset Time { get; init; }

    public required Actor Who { get; init; }

    /// <summary>What was done, in kebab-case and with dots between subject and verb: <c>pull-request.opened</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>To what: a pull request, an object, a file.</summary>
    public required string Target { get; init; }

    public required string Why { get; init; }

    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    public required string Outcome { get; init; }
}
