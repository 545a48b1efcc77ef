namespace SelfHealGitOps.Webhook.Tls;

/// <summary>The next thing to do about self-managed certificates.</summary>
internal abstract record CertificateStep
{
    private CertificateStep()
    {
    }

    /// <summary>A new authority joins the bundle; it signs nothing that is served until the bundle has settled.</summary>
    public sealed record AddAuthority : CertificateStep;

    /// <summary>It has expired, and with it everything that it signed.</summary>
    public sealed record DropAuthority(string Id) : CertificateStep;

    public sealed record IssueLeaf(string AuthorityId) : CertificateStep;

    /// <summary>From now on the bundle counts as in force.</summary>
    public sealed record NoteInForce : CertificateStep;

    /// <summary>The bundle was in force, and is not: somebody has changed a configuration.</summary>
    public sealed record NoteNotInForce : CertificateStep;

    /// <summary>Nothing is to be done now.</summary>
    public sealed record Rest : CertificateStep;
}
