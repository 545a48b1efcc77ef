namespace SelfHealGitOps.Bot.Git;

/// <summary>By what the server knows us. No form of it prints a secret.</summary>
internal abstract record GitCredential
{
    private GitCredential()
    {
    }

    /// <summary>A public repository, or one on this machine.</summary>
    public sealed record None : GitCredential;

    /// <summary>A token, asked for before each call: one that ends after an hour, as a GitHub App's, is renewed by who gives it.</summary>
    /// <param name="User">What the forge wants as the user beside it; GitHub Apps: x-access-token.</param>
    public sealed record Token(Func<CancellationToken, ValueTask<string>> Ask, string User = "x-access-token") : GitCredential
    {
        public override string ToString() => $"token of {User}";

        /// <summary>A token in a file that something else keeps up to date, as a mounted Secret; read before each call.</summary>
        public static Token InFile(string path, string user = "x-access-token") =>
            new(async cancellationToken => (await File.ReadAllTextAsync(path, cancellationToken)).Trim(), user);

        public static Token Fixed(string token, string user = "x-access-token") => new(_ => ValueTask.FromResult(token), user);
    }

    /// <param name="KeyFile">A private key without a passphrase.</param>
    /// <param name="KnownHostsFile">The keys of hosts that are trusted; no other host is spoken to.</param>
    public sealed record SshKey(string KeyFile, string KnownHostsFile) : GitCredential;
}
