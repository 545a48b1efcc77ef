using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

/// <summary>Every rule there is, once. A test fails when a rule is missing from the list.</summary>
public static class Catalogue
{
    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        // The Pod Security Standards
        new PssPrivileged(),

        // Images
        new LatestTag(),
        new ImageReference(),
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
        new NoExtensionsV1beta(),
        new ApiVersionRemoved(),
    ];
}
