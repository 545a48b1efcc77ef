namespace SelfHealGitOps.Policy;

/// <summary>How bad a finding is. The order is used: <c>--fail-on warning</c> means warning or worse.</summary>
public enum Severity
{
    Info,
    Warning,
    Error,
}
