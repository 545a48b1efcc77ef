namespace SelfHealGitOps.Policy;

/// <summary>Stops a rule that has found more than is kept; the other rules go on.</summary>
internal sealed class TooManyFindingsException : Exception;
