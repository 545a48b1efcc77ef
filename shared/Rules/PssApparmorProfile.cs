using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssApparmorProfile : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-apparmor-profile",
        Title: "AppArmor is switched off or overridden",
        Why: "AppArmor keeps a container from what the runtime's profile denies, such as mounting and writing below /proc and /sys; without it, a break-out meets one wall less.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets the runtime's own profile: RuntimeDefault in the field, runtime/default in an annotation. Review: what the profile denies stops working.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        var profile = subject.Pod.Spec[Name.SecurityContext][Name.AppArmorProfile];
        if (IsForbidden(profile))
        {
            Add(findings, "the pod", profile);
        }

        foreach (ref readonly var container in subject.Containers)
        {
            profile = container[Name.SecurityContext][Name.AppArmorProfile];
            if (IsForbidden(profile))
            {
                Add(findings, container.Label, profile);
            }
        }

        foreach (var entry in subject.Pod.Metadata[Name.Annotations].Entries)
        {
            if (entry.Utf8Key.StartsWith("container.apparmor.security.beta.kubernetes.io/"u8) && IsForbiddenAnnotation(entry.Value))
            {
                findings.Add(
                    this,
                    entry.Value,
                    $"the annotation {Excerpt.Of(entry.Key)} is {Seen.Of(entry.Value)}; must be 'runtime/default', 'localhost/...' or absent",
                    new Fix(
                        "Set the annotation to runtime/default",
                        Safety.Review,
                        new Edit.Set(entry.Value.Path, ConfinementProfile.RuntimeDefaultAnnotation)));
            }
        }
    }

    private static bool IsForbidden(Field profile) => profile.Exists && !ConfinementProfile.IsConfined(profile);

    private static bool IsForbiddenAnnotation(Field value) =>
        value.Exists && !value.Is(""u8) && !ConfinementProfile.IsConfinedAnnotation(value);

    private void Add(FindingList findings, string who, Field profile)
    {
        var type = profile[Name.Type];
        findings.Add(
            this,
            type,
            type.Exists
                ? $"{who} sets securityContext.appArmorProfile.type={Seen.Of(type)}; must be RuntimeDefault or Localhost"
                : $"{who} sets securityContext.appArmorProfile without a type; must be RuntimeDefault or Localhost",
            new Fix("Set the AppArmor profile to RuntimeDefault", Safety.Review, ConfinementProfile.Confine(profile)));
    }
}
