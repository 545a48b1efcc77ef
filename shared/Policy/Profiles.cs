namespace SelfHealGitOps.Policy;

/// <summary>The profiles a rule is part of. Every rule is part of the profile <c>all</c>.</summary>
[Flags]
public enum Profiles
{
    None = 0,

    /// <summary>What <c>selfheal scan</c> judges unless told otherwise.</summary>
    Default = 1,

    /// <summary>The Baseline level of the Pod Security Standards.</summary>
    PssBaseline = 2,

    /// <summary>What the Restricted level adds to Baseline, or puts in place of it.</summary>
    PssRestricted = 4,

    /// <summary>What kube-linter judges unless told otherwise.</summary>
    KubeLinter = 8,
}
