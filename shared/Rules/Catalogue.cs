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
        new AllowedRegistries(),

        // Containers
        new NoReadOnlyRootFs(),
        new PrivilegedContainer(),
        new PrivilegeEscalationContainer(),
        new RunAsNonRoot(),
        new RunAsUser(),
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
        new UnsetCpuLimit(),
        new UnsetMemoryRequest(),
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
        new RequiredLabelOwner(),
        new RequiredAnnotationEmail(),
        new SortedKeys(),

        // Workloads
        new MismatchingSelector(),
        new MinimumThreeReplicas(),
        new HpaMinimumThreeReplicas(),
        new NoRollingUpdateStrategy(),
        new NoAntiAffinity(),
        new NoNodeAffinity(),
        new PriorityClassName(),
        new DnsconfigOptions(),
        new JobTtlSecondsAfterFinished(),
        new PdbMaxUnavailable(),
        new PdbUnhealthyPodEvictionPolicy(),
        new InvalidTargetPorts(),

        // Rights
        new ClusterAdminRoleBinding(),
        new WildcardInRules(),
        new SccDenyPrivilegedContainer(),

        // Objects in their set
        new DanglingService(),
        new DanglingIngress(),
        new DanglingHorizontalpodautoscaler(),
        new DanglingNetworkpolicy(),
        new DanglingNetworkpolicypeerPodselector(),
        new DanglingServicemonitor(),
        new DanglingPodmonitor(),
        new NonExistentServiceAccount(),
        new EnvValueFrom(),
        new NonIsolatedPod(),
        new PdbMinAvailable(),
        new AccessToCreatePods(),
        new AccessToSecrets(),
    ];

    /// <summary>
    /// The rules of a profile. A control that a stricter one of the same profile replaces at the version is left out, as
    /// the API server does, so that no place is reported twice.
    /// </summary>
    public static IReadOnlyList<Rule> Of(Profiles profile, PssVersion version)
    {
        var rules = In(profile);
        var replaced = ReplacedRule.Among(rules, version).Select(replaced => replaced.Id).ToHashSet();
        return rules.FindAll(rule => !replaced.Contains(rule.Info.Id));
    }

    /// <summary>
    /// What a scan judges a profile by. For a level of the Pod Security Standards that is every control of the level, so
    /// that each is found under its own name; one that is replaced counts only where its replacement counts too, so that
    /// the verdict stays the API server's. Elsewhere the rules are those of <see cref="Of"/>.
    /// </summary>
    public static RuleSet SetOf(Profiles profile, PssVersion version)
    {
        if (profile.HasFlag(Profiles.Default))
        {
            var judging = Of(profile, version);
            return new(judging, repetitions: RepeatedRule.Among(judging));
        }

        var rules = In(profile);
        return new(rules, ReplacedRule.Among(rules, version));
    }

    private static List<Rule> In(Profiles profile) => [.. All.Where(rule => (rule.Info.Profiles & profile) != 0)];
}
