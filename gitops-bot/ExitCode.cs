namespace SelfHealGitOps.Bot;

/// <summary>What the process says to a script. Could-not-decide outranks findings: a scan that skipped a file is never clean.</summary>
internal static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;
    public const int Usage = 2;
    public const int CouldNotDecide = 3;
    public const int Refused = 4;
}
