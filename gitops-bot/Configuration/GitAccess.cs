namespace SelfHealGitOps.Bot.Configuration;

/// <summary>By what git's server knows the bot, where that differs from what the forge's API knows it by.</summary>
internal abstract record GitAccess
{
    private GitAccess()
    {
    }

    /// <summary>Over https.</summary>
    /// <param name="User">What the server wants as the user beside it.</param>
    public sealed record Token(SecretSource Source, string User = Token.StandardUser) : GitAccess
    {
        public const string StandardUser = "x-access-token";
    }

    /// <summary>Both are full paths.</summary>
    /// <param name="Key">A private key without a passphrase.</param>
    /// <param name="KnownHosts">The keys of servers that are trusted; no other is spoken to.</param>
    public sealed record Ssh(string Key, string KnownHosts) : GitAccess;
}
