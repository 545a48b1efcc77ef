namespace SelfHealGitOps.Bot.Registry;

/// <summary>What became of a question about an image. No message holds a credential.</summary>
internal abstract record ImageAnswer
{
    private ImageAnswer()
    {
    }

    public sealed record Known(ImageEvidence Evidence) : ImageAnswer;

    /// <param name="Message">The place, the value seen, and what would help.</param>
    public sealed record Absent(AbsenceCode Code, string Message) : ImageAnswer
    {
        /// <summary>How often it was tried in vain.</summary>
        public int Tries { get; init; } = 1;

        /// <summary>True where asking again later may help without anybody doing something.</summary>
        public bool IsTransient => Code is AbsenceCode.Slow or AbsenceCode.Unreachable or AbsenceCode.Busy or AbsenceCode.Failing;
    }
}

/// <summary>Why there is no evidence.</summary>
internal enum AbsenceCode
{
    /// <summary>Not a reference that could be asked for.</summary>
    InvalidReference,

    /// <summary>A host, an address or plain http that the owner has not allowed.</summary>
    NotAllowed,

    /// <summary>The registry has no such image, or none that it shows us.</summary>
    UnknownImage,

    /// <summary>Credentials are missing, or not good enough.</summary>
    Unauthorised,

    /// <summary>Credentials cannot be read: the Docker configuration, or a credential helper.</summary>
    BadCredentials,

    /// <summary>An answer contradicts itself: bytes without their digest, another type than named, another size.</summary>
    Lies,

    /// <summary>An answer of a form that we do not read.</summary>
    Malformed,

    /// <summary>An answer larger than the bound.</summary>
    TooLarge,

    /// <summary>No whole answer in time.</summary>
    Slow,

    /// <summary>TLS does not come about: a certificate that is not trusted, or no TLS there. Asking again changes nothing.</summary>
    Untrusted,

    /// <summary>No connection, or an answer cut off.</summary>
    Unreachable,

    /// <summary>429.</summary>
    Busy,

    /// <summary>5xx.</summary>
    Failing,
}
