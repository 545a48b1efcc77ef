namespace SelfHealGitOps.Webhook.Tls;

/// <summary>What the plan goes by: dates and who signed what, no keys.</summary>
/// <param name="Authorities">Oldest first; all of them are in the bundle.</param>
/// <param name="Leaf">Null where there is none that an authority of these has signed.</param>
/// <param name="InForceSince">Since when the whole bundle was seen in every webhook configuration; null for not yet.</param>
/// <param name="IsInForce">Whether it is there now; null where that could not be found out.</param>
internal sealed record CertificateSituation(
    IReadOnlyList<AuthorityFacts> Authorities, LeafFacts? Leaf, DateTimeOffset? InForceSince, bool? IsInForce);

/// <param name="CanSign">Its key is at hand.</param>
internal sealed record AuthorityFacts(string Id, DateTimeOffset NotAfter, bool CanSign);

/// <param name="HasNames">It is for the names that are to be served.</param>
internal sealed record LeafFacts(string AuthorityId, DateTimeOffset NotAfter, bool HasNames);
