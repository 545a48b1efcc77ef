namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// The preset <c>restricted-defaults</c>: Review fixes that complete a pod which says too little for the Restricted standard,
/// or nothing of its resources. An owner who chooses it says with it what the fixes may write.
/// </summary>
internal static class RestrictedDefaults
{
    /// <summary>The rules whose Review fixes are carried out at admission.</summary>
    public static readonly IReadOnlyList<string> Rules =
    [
        "pss-allow-privilege-escalation",
        "pss-capabilities-restricted",
        "pss-run-as-non-root",
        "pss-seccomp-profile-restricted",
        "unset-cpu-requirements",
        "unset-memory-requirements",
    ];

    /// <summary>The <c>defaults</c> of the policy file. No user is named: which one an image can run as, nobody knows beforehand.</summary>
    public const string Defaults = """
        defaults:
          resources:
            requests: {cpu: 50m, memory: 64Mi}
            limits: {memory: 256Mi}

        """;

    /// <summary>What the policy file's section <c>admission</c> has for it.</summary>
    public static string Correct => $"""
        correct:
        {YamlText.Indent(2, string.Concat(Rules.Select(rule => $"- {rule}\n")))}
        """;
}
