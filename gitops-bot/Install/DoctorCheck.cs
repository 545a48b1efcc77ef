namespace SelfHealGitOps.Bot.Install;

/// <summary>How a check came out.</summary>
internal enum DoctorOutcome
{
    Ok,

    /// <summary>It works, and will not when something else happens.</summary>
    Warning,

    /// <summary>It does not work, or endangers the cluster.</summary>
    Failed,

    /// <summary>It could not be found out; that is no Ok.</summary>
    Unknown,
}

/// <summary>What one look at an installation showed.</summary>
/// <param name="About">What was looked at: a configuration's entry, a namespace.</param>
/// <param name="Remedy">What to do; null where nothing is to be done.</param>
internal sealed record DoctorCheck(DoctorOutcome Outcome, string About, string Message, string? Remedy = null);
