namespace SelfHealGitOps.Cluster;

/// <summary>Gets hold of credentials, and of fresh ones when they are no longer taken.</summary>
internal sealed class CredentialSource(ClusterCredentials credentials, TimeProvider time) : IDisposable
{
    private readonly ExecCredentials? exec =
        credentials is ClusterCredentials.Exec plugin ? new ExecCredentials(plugin.Plugin, time) : null;

    private string? lastToken;

    public async ValueTask<CredentialReading> ReadAsync(CancellationToken cancellationToken) => credentials switch
    {
        ClusterCredentials.Token token => new CredentialReading.Ready(token.Value, null),
        ClusterCredentials.TokenFile file => await ReadFileAsync(file.Path, cancellationToken).ConfigureAwait(false),
        ClusterCredentials.Exec => await exec!.ReadAsync(cancellationToken).ConfigureAwait(false),
        _ => new CredentialReading.Ready(null, null),
    };

    /// <summary>The server does not take these any more.</summary>
    public void Reject(CredentialReading.Ready rejected) => exec?.Reject(rejected);

    public void Dispose() => exec?.Dispose();

    /// <summary>
    /// Each time anew: a kilobyte from memory beside a call over the network, and a token that was just replaced is never
    /// shown. A file that is away for the moment of its replacement is no reason to stop.
    /// </summary>
    private async ValueTask<CredentialReading> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return lastToken is null
                ? new CredentialReading.Failed($"the token cannot be read: {exception.Message}")
                : new CredentialReading.Ready(lastToken, null);
        }

        if (!BearerText.IsValid(text))
        {
            return new CredentialReading.Failed($"{path} holds no token; must be one line of visible ASCII characters");
        }

        lastToken = text;
        return new CredentialReading.Ready(text, null);
    }
}
