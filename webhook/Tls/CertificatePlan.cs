namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// What to do next about self-managed certificates. The one promise: whatever certificate a replica may still serve, every
/// caBundle that an API server may still go by verifies it. Two rules keep it: an authority signs nothing that is served
/// before it has been in every bundle for a while, and it leaves the bundle only when it has expired, which no certificate
/// of its own outlives. No clock, no key and no network in here.
/// </summary>
internal static class CertificatePlan
{
    public static CertificateStep Next(CertificateSituation situation, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        foreach (var authority in situation.Authorities)
        {
            if (now >= authority.NotAfter)
            {
                return new CertificateStep.DropAuthority(authority.Id);
            }
        }

        if (situation.Authorities is not [.., { CanSign: true } newest] || newest.NotAfter - now <= lifetimes.AuthorityReserve)
        {
            return new CertificateStep.AddAuthority();
        }

        var settled = situation.IsInForce == true && situation.InForceSince is { } since && now - since >= lifetimes.Settle;
        if (situation.Leaf is not { HasNames: true } leaf || now >= leaf.NotAfter || IssuerOf(leaf, situation) is not { } issuer)
        {
            // Nothing to serve: any certificate is better than none, and one that bundles in force may know is the best.
            var known = settled ? null : situation.Authorities.LastOrDefault(authority => authority.CanSign && authority != newest);
            return known is null && situation.IsInForce == false

                // Whoever calls would not believe it. First the bundle, then the leaf.
                ? new CertificateStep.Rest()
                : new CertificateStep.IssueLeaf((known ?? newest).Id);
        }

        if (issuer != newest)
        {
            switch (situation)
            {
                case { IsInForce: true, InForceSince: null }:
                    return new CertificateStep.NoteInForce();
                case { IsInForce: false, InForceSince: not null }:
                    return new CertificateStep.NoteNotInForce();
            }

            if (settled)
            {
                return new CertificateStep.IssueLeaf(newest.Id);
            }
        }

        if (leaf.NotAfter - now > lifetimes.LeafReserve)
        {
            return new CertificateStep.Rest();
        }

        if (issuer.CanSign && NotAfter(issuer, now, lifetimes) > leaf.NotAfter)
        {
            return new CertificateStep.IssueLeaf(issuer.Id);
        }

        // The last moment for the next authority, settled or not: without it there is nothing to serve.
        return issuer != newest && situation.IsInForce == true && leaf.NotAfter - now <= lifetimes.Settle
            ? new CertificateStep.IssueLeaf(newest.Id)
            : new CertificateStep.Rest();
    }

    /// <summary>When a leaf that is issued now ends: in its time, or with its authority. In whole seconds, as certificates have it.</summary>
    public static DateTimeOffset NotAfter(AuthorityFacts issuer, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        var end = now + lifetimes.Leaf;
        return DateTimeOffset.FromUnixTimeSeconds((end < issuer.NotAfter ? end : issuer.NotAfter).ToUnixTimeSeconds());
    }

    private static AuthorityFacts? IssuerOf(LeafFacts leaf, CertificateSituation situation) =>
        situation.Authorities.FirstOrDefault(authority => authority.Id == leaf.AuthorityId);
}
