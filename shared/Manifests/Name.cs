namespace SelfHealGitOps.Manifests;

/// <summary>
/// The field names that rules read, as small integers: a key is hashed once when it is read, and from then on
/// compared as a number. A member's text is the member's name with its first letter in lower case
/// (<c>HostIPC</c> is <c>hostIPC</c>); <see cref="NameTable"/> does the translation.
/// </summary>
public enum Name : ushort
{
    /// <summary>A key that no rule reads.</summary>
    None,

    // Objects
    ApiVersion, Kind, Metadata, Spec, Status, Items, Data, StringData, BinaryData, Immutable, Type,
    Name, Namespace, GenerateName, Labels, Annotations, OwnerReferences, Finalizers, DeletionTimestamp, Uid, ResourceVersion,
    CreationTimestamp, ManagedFields, Generation, Controller,

    // Workloads
    Template, JobTemplate, PodTemplate, Replicas, Selector, MatchLabels, MatchExpressions, Key, Operator, Values, Strategy, UpdateStrategy,
    RollingUpdate, MaxSurge, MaxUnavailable, MinAvailable, MinReadySeconds, RevisionHistoryLimit, ProgressDeadlineSeconds, Paused,
    ServiceName, PodManagementPolicy, VolumeClaimTemplates, PersistentVolumeClaimRetentionPolicy, Ordinals,
    Parallelism, Completions, CompletionMode, BackoffLimit, ActiveDeadlineSeconds, TtlSecondsAfterFinished, Suspend, ManualSelector,
    Schedule, TimeZone, ConcurrencyPolicy, StartingDeadlineSeconds, SuccessfulJobsHistoryLimit, FailedJobsHistoryLimit, PodFailurePolicy,
    RollbackTo, UnhealthyPodEvictionPolicy,

    // Pods
    Containers, InitContainers, EphemeralContainers, Volumes, RestartPolicy, TerminationGracePeriodSeconds, DnsPolicy, DnsConfig,
    NodeSelector, ServiceAccountName, ServiceAccount, AutomountServiceAccountToken, NodeName, HostNetwork, HostPID, HostIPC, HostUsers,
    ShareProcessNamespace, SecurityContext, ImagePullSecrets, Hostname, Subdomain, Affinity, SchedulerName, Tolerations, HostAliases,
    PriorityClassName, Priority, ReadinessGates, RuntimeClassName, EnableServiceLinks, PreemptionPolicy, Overhead,
    TopologySpreadConstraints, SetHostnameAsFQDN, Os, SchedulingGates, ResourceClaims,
    NodeAffinity, PodAffinity, PodAntiAffinity, RequiredDuringSchedulingIgnoredDuringExecution,
    PreferredDuringSchedulingIgnoredDuringExecution, NodeSelectorTerms, LabelSelector, TopologyKey, Weight, PodAffinityTerm, Namespaces,
    NamespaceSelector, WhenUnsatisfiable, MaxSkew, Preference, Effect, Value,

    // Containers
    Image, Command, Args, WorkingDir, Ports, EnvFrom, Env, Resources, ResizePolicy, VolumeMounts, VolumeDevices, LivenessProbe,
    ReadinessProbe, StartupProbe, Lifecycle, TerminationMessagePath, TerminationMessagePolicy, ImagePullPolicy, Stdin, StdinOnce, Tty,
    TargetContainerName, ContainerPort, HostPort, HostIP, Protocol, Limits, Requests, Claims, Cpu, Memory, EphemeralStorage, Storage,
    MountPath, SubPath, SubPathExpr, MountPropagation, ReadOnly, RecursiveReadOnly, DevicePath, ValueFrom, SecretKeyRef, ConfigMapKeyRef,
    FieldRef, FieldPath, ResourceFieldRef, SecretRef, ConfigMapRef, Prefix, Optional,
    Exec, HttpGet, TcpSocket, Grpc, Host, Path, Port, Scheme, HttpHeaders, Service, InitialDelaySeconds, TimeoutSeconds, PeriodSeconds,
    SuccessThreshold, FailureThreshold, PostStart, PreStop, StopSignal, Sleep,

    // Security contexts
    Privileged, Capabilities, Add, Drop, SeLinuxOptions, WindowsOptions, RunAsUser, RunAsGroup, RunAsNonRoot, ReadOnlyRootFilesystem,
    AllowPrivilegeEscalation, ProcMount, SeccompProfile, AppArmorProfile, LocalhostProfile, SupplementalGroups,
    SupplementalGroupsPolicy, FsGroup, FsGroupChangePolicy, SeLinuxChangePolicy, Sysctls, HostProcess, GmsaCredentialSpec,
    GmsaCredentialSpecName, RunAsUserName, User, Role, Level,

    // Volumes
    HostPath, EmptyDir, Medium, SizeLimit, GcePersistentDisk, AwsElasticBlockStore, GitRepo, Secret, SecretName, DefaultMode, Nfs, Iscsi,
    Glusterfs, PersistentVolumeClaim, ClaimName, Rbd, FlexVolume, Cinder, Cephfs, Flocker, DownwardAPI, Fc, AzureFile, ConfigMap,
    VsphereVolume, Quobyte, AzureDisk, PhotonPersistentDisk, Projected, Sources, PortworxVolume, ScaleIO, Storageos, Csi, Ephemeral,
    VolumeClaimTemplate, ServiceAccountToken, ClusterTrustBundle, AccessModes, StorageClassName, VolumeName, VolumeMode, Mode, Server,
    Driver, Audience, ExpirationSeconds,

    // Services, ingresses, policies
    ClusterIP, ClusterIPs, ExternalIPs, ExternalName, ExternalTrafficPolicy, InternalTrafficPolicy, LoadBalancerIP,
    LoadBalancerSourceRanges, LoadBalancerClass, SessionAffinity, NodePort, TargetPort, AppProtocol, IpFamilies, IpFamilyPolicy,
    PublishNotReadyAddresses, HealthCheckNodePort, Rules, Tls, Hosts, Http, Paths, PathType, Backend, DefaultBackend, ServicePort,
    IngressClassName, Number, Resource, PodSelector, PolicyTypes, Ingress, Egress, From, To, IpBlock, Cidr, Except,
    ScaleTargetRef, MinReplicas, MaxReplicas, Metrics, TargetCPUUtilizationPercentage, Behavior, PodMetricsEndpoints, Endpoints,
    NamespaceSelectorTerms, MatchNames, Any,

    // RBAC
    RoleRef, Subjects, ApiGroup, ApiGroups, ResourceNames, Verbs, NonResourceURLs, AggregationRule, ClusterRoleSelectors, Secrets,

    // Admission and custom resources
    Webhooks, ClientConfig, FailurePolicy, SideEffects, AdmissionReviewVersions, MatchPolicy, ObjectSelector, Operations, ApiVersions,
    Scope, CaBundle, Url, Group, Names, Version, Versions, Served, Schema, OpenAPIV3Schema, Validation, Subresources,
    AdditionalPrinterColumns, PreserveUnknownFields, Conversion, Request, Response, Object, OldObject, DryRun, Operation, UserInfo,
    Username, Groups, SubResource, RequestKind, RequestResource, RequestSubResource, Options, Singular, Plural, Code, Message, Reason,

    // Custom resources that hold pods
    JobTargetRef, Tasks, ReplicatedJobs, LeaderWorkerTemplate, LeaderTemplate, WorkerTemplate, BroadcastJobTemplate, HeadGroupSpec,
    WorkerGroupSpecs, RayClusterSpec, RayClusterConfig, SubmitterPodTemplate, TfReplicaSpecs, PytorchReplicaSpecs, MpiReplicaSpecs,
    XgbReplicaSpecs, PaddleReplicaSpecs, JaxReplicaSpecs, Provider, Job,
}
