using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

/// <summary>Every rule there is, once. A test fails when a rule is missing from the list.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        // The Pod Security Standards
        new PssAllowPrivilegeEscalation(),
        new PssApparmorProfile(),
        new PssCapabilitiesBaseline(),
        new PssCapabilitiesRestricted(),
        new PssHostNamespaces(),
        new PssHostPathVolumes(),
        new PssHostPorts(),
        new PssHostProbesAndHostLifecycle(),
        new PssPrivileged(),
        new PssProcMount(),
        new PssProcMountRestricted(),
        new PssRestrictedVolumes(),
        new PssRunAsNonRoot(),
        new PssRunAsUser(),
        new PssSeccompProfileBaseline(),
        new PssSeccompProfileRestricted(),
        new PssSelinuxOptions(),
        new PssSysctls(),
        new PssWindowsHostProcess(),

        // Images
        new LatestTag(),
        new InvalidImageName(),
        new ImageDigest(),

        // Containers
        new NoReadOnlyRootFs(),
        new PrivilegedContainer(),
        new PrivilegeEscalationContainer(),
        new RunAsNonRoot(),
        new DropNetRawCapability(),
        new UnsafeProcMount(),

        // Pods
        new HostIpc(),
        new HostNetwork(),
        new HostPid(),
        new UnsafeSysctls(),
        new SensitiveHostMounts(),
        new DockerSock(),
        new WritableHostMount(),
        new RestartPolicy(),
        new DeprecatedServiceAccountField(),
        new DefaultServiceAccount(),

        // Environment and credentials
        new EnvVarSecret(),
        new ReadSecretFromEnvVar(),
        new LiteralCredential(),
        new DuplicateEnvVar(),

        // Resources and probes
        new UnsetCpuRequirements(),
        new UnsetMemoryRequirements(),
        new RequestExceedsLimit(),
        new NoLivenessProbe(),
        new NoReadinessProbe(),
        new LivenessPort(),
        new ReadinessPort(),
        new StartupPort(),

        // Ports and services
        new PrivilegedPorts(),
        new SshPort(),
        new ExposedServices(),

        // Objects
        new UseNamespace(),
        new SchemaValidation(),
        new NoExtensionsV1beta(),
        new ApiVersionRemoved(),
        new ApiVersionDeprecated(),
    ];

    /// <summary>
    /// The rules of a profile. A control that a stricter one of the same profile replaces at the version is left out, as
    /// the API server does, so that no place is reported twice.
    /// </summary>
    public static IReadOnlyList<Rule> Of(Profiles profile, PssVersion version)
    {
        var rules = In(profile);
        var replaced = Replacements(rules, version).Select(replaced => replaced.Id).ToHashSet();
        return rules.FindAll(rule => !replaced.Contains(rule.Info.Id));
    }

    /// <summary>
    /// What a scan judges a profile by. For a level of the Pod Security Standards that is every control of the level, so
    /// that each is found under its own name; one that is replaced counts only where its replacement counts too, so that
    /// the verdict stays the API server's. Elsewhere the rules are those of <see cref="Of"/>.
    /// </summary>
    public static RuleSet SetOf(Profiles profile, PssVersion version)
    {
        var rules = In(profile);
        return profile == Profiles.Default ? new RuleSet(Of(profile, version)) : new RuleSet(rules, Replacements(rules, version));
    }

    private static List<Rule> In(Profiles profile) => [.. All.Where(rule => (rule.Info.Profiles & profile) != 0)];

    private static List<ReplacedRule> Replacements(List<Rule> rules, PssVersion version) =>
        [.. rules
            .Where(rule => rule.Info.Replaces is { } replacement && version.IsAtLeast(replacement.SinceMinor))
            .Select(rule => new ReplacedRule(rule.Info.Replaces!.RuleId, rule.Info.Id))];
}
