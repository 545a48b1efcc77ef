namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// How long self-managed certificates live. An authority of one year, not of ten: what is renewed every eight months works
/// when it is needed, and a key that got away is worth less.
/// </summary>
internal sealed record CertificateLifetimes
{
    public static CertificateLifetimes Default { get; } = new();

    public TimeSpan Authority { get; init; } = TimeSpan.FromDays(365);

    public TimeSpan Leaf { get; init; } = TimeSpan.FromDays(90);

    /// <summary>By how much the clock of an API server may be behind.</summary>
    public TimeSpan Backdate { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a new authority is in every caBundle before it signs what is served: far longer than any API server takes to
    /// hear of a change to a webhook configuration.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A leaf is renewed when no more than this is left: at two thirds of its life.</summary>
    public TimeSpan LeafReserve => Leaf / 3;

    /// <summary>The next authority is made when no more than this is left of the newest.</summary>
    public TimeSpan AuthorityReserve => Authority / 3;
}
