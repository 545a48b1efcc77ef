namespace SelfHealGitOps.Bot;

/// <summary>
/// What the process says to a script. Where several fit: could not decide, then refused, then findings. A scan that
/// skipped a file is never clean, nor is one that could not write what it was asked to.
/// </summary>
internal static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;
    public const int Usage = 2;
    public const int CouldNotDecide = 3;

    /// <summary>A fix was asked for and could be made, but its file must not or cannot be written.</summary>
    public const int Refused = 4;

    /// <summary>Ended by Ctrl-C or a request to stop: 128 and the number of the signal, as shells count.</summary>
    public const int Interrupted = 130;
}
