namespace SelfHealGitOps.Bot.Registry;

/// <summary>What became of one call.</summary>
internal abstract record RegistryReply
{
    private RegistryReply()
    {
    }

    /// <summary>200.</summary>
    /// <param name="At">Where the answer came from, after redirects.</param>
    /// <param name="Bytes">Empty for HEAD.</param>
    public sealed record Done(Uri At, ReadOnlyMemory<byte> Bytes, string? ContentType, string? Digest, string? Link) : RegistryReply;

    public sealed record Failed(AbsenceCode Code, string Message) : RegistryReply
    {
        /// <summary>How often it was tried in vain.</summary>
        public int Tries { get; init; } = 1;
    }
}
