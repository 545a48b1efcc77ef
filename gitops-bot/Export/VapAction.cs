using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>What an API server does with an object in which a policy finds something.</summary>
internal enum VapAction
{
    Deny,
    Warn,
    Audit,
}

internal static class VapActions
{
    /// <summary>What the severity of a rule asks for where nobody asks for something else.</summary>
    public static VapAction Of(Severity severity) => severity switch
    {
        Severity.Error => VapAction.Deny,
        Severity.Warning => VapAction.Warn,
        _ => VapAction.Audit,
    };
}
