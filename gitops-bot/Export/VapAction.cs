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
    /// <summary>What the webhook would do, by the modes of the policy file that are not bound to namespaces; the severity decides where the file leaves the mode to it.</summary>
    /// <returns>Null for nothing: the rule is off.</returns>
    public static VapAction? Of(RuleInfo rule, AdmissionSettings admission)
    {
        var mode = new[] { AdmissionOperation.Create, AdmissionOperation.Update }.Min(operation => admission.ModeOf(rule.Id, null, null, operation));
        var standard = rule.Severity == Severity.Info ? AdmissionMode.Warn : AdmissionMode.Enforce;
        return admission.HintsOnlyWarn && mode == standard
            ? Of(rule.Severity)
            : mode switch
            {
                AdmissionMode.Off => null,
                AdmissionMode.Observe => VapAction.Audit,
                AdmissionMode.Warn => VapAction.Warn,
                _ => VapAction.Deny,
            };
    }

    private static VapAction Of(Severity severity) => severity switch
    {
        Severity.Error => VapAction.Deny,
        Severity.Warning => VapAction.Warn,
        _ => VapAction.Audit,
    };
}
