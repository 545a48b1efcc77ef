namespace SelfHealGitOps.Cluster;

/// <summary>What to show to the server with the next request.</summary>
internal abstract record CredentialReading
{
    private CredentialReading()
    {
    }

    /// <param name="Token">Null for none.</param>
    /// <param name="Certificate">Null for that of the kubeconfig, or none.</param>
    public sealed record Ready(string? Token, ClientCertificate? Certificate) : CredentialReading
    {
        public override string ToString() => "credentials";
    }

    public sealed record Failed(string Reason) : CredentialReading;
}
