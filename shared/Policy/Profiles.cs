namespace SelfHealGitOps.Policy;

/// <summary>The profiles a rule is part of. Every rule is part of the profile <c>all</c>.</summary>
[Flags]
public enum Profiles
{
    None = 0,

    /// <summary>
    /// What is judged unless told otherwise, at admission and by a scan: the Restricted level, and kube-linter's default
    /// checks that judge one object.
    /// </summary>
    Default = 1,

    /// <summary>The Baseline level of the Pod Security Standards.</summary>
    PssBaseline = 2,

    /// <summary>What the Restricted level adds to Baseline, or puts in place of it.</summary>
    PssRestricted = 4,

    /// <summary>What kube-linter judges unless told otherwise.</summary>
    KubeLinter = 8,

    /// <summary>
    /// What a scan adds to <see cref="Default"/>: what the API server says itself at admission, and what is not certain
    /// enough to refuse an object for it.
    /// </summary>
    OnlyScan = 16,
}
