using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssSelinuxOptions : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-selinux-options",
        Title: "SELinux label is one of its own",
        Why: "SELinux keeps containers apart by the label that the runtime gives them; a type, user or role of one's own can switch that off.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Removes the field, so that the runtime gives the label. Review: what the custom label allowed stops working.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        var options = subject.Pod.Spec[Name.SecurityContext][Name.SeLinuxOptions];
        Check(subject, default, options, findings);
        foreach (ref readonly var container in subject.Containers)
        {
            Check(subject, container, container[Name.SecurityContext][Name.SeLinuxOptions], findings);
        }
    }

    /// <param name="container">The container whose options they are; the default for those of the pod.</param>
    private void Check(Subject subject, in Container container, Field options, FindingList findings)
    {
        if (!options.Exists)
        {
            return;
        }

        var type = options[Name.Type];
        if (type.Exists && !IsAllowedType(type, subject.Settings.PssVersion))
        {
            Add(findings, container, type, "type", "container_t, container_init_t, container_kvm_t, container_engine_t (from 1.31) or absent");
        }

        var user = options[Name.User];
        if (user.Exists && !user.Is(""u8))
        {
            Add(findings, container, user, "user", "absent");
        }

        var role = options[Name.Role];
        if (role.Exists && !role.Is(""u8))
        {
            Add(findings, container, role, "role", "absent");
        }
    }

    private static bool IsAllowedType(Field type, PssVersion version) =>
        type.Is(""u8) || type.Is("container_t"u8) || type.Is("container_init_t"u8) || type.Is("container_kvm_t"u8)
        || (type.Is("container_engine_t"u8) && version.IsAtLeast(31));

    private void Add(FindingList findings, in Container container, Field field, string name, string wanted) =>
        findings.Add(
            this,
            field,
            $"{(container.Field.Exists ? container.Label : "the pod")} sets securityContext.seLinuxOptions.{name}={Seen.Of(field)}; must be {wanted}",
            new Fix($"Remove {name} from seLinuxOptions", Safety.Review, new Edit.Remove(field.Path)));
}
