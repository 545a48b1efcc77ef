namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What came of reading a secret.</summary>
internal abstract record SecretReading
{
    private SecretReading()
    {
    }

    public sealed record Found(string Value) : SecretReading
    {
        /// <summary>Never the value: records print themselves into logs.</summary>
        public override string ToString() => "a secret";
    }

    /// <param name="Reason">What is not there, and where it was looked for.</param>
    public sealed record Missing(string Reason) : SecretReading;
}
