namespace SelfHealGitOps.Policy;

/// <summary>The profiles that there are without a policy file, by name.</summary>
public static class BuiltInProfiles
{
    public const string Default = "default";

    /// <summary>Every rule, also those that say the same in other words.</summary>
    public const string All = "all";

    public static IReadOnlyList<string> Names { get; } = [Default, All, "kube-linter", "pss-baseline", "pss-restricted"];

    /// <summary>The rules of a built-in profile, as a scan has it; null where the name is none.</summary>
    public static Profiles? Find(string name) => name switch
    {
        Default => Profiles.Default | Profiles.OnlyScan,
        "kube-linter" => Profiles.KubeLinter,
        "pss-baseline" => Profiles.PssBaseline,
        "pss-restricted" => Profiles.PssRestricted,
        _ => null,
    };
}
