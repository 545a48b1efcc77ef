using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssSeccompProfileBaseline : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-seccomp-profile-baseline",
        Title: "Seccomp is switched off",
        Why: "Seccomp keeps a container from the system calls by which most break-outs from containers begin.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets the runtime's own profile: RuntimeDefault in the field, before 1.19 runtime/default in the annotation. Review: a program that needs a rare system call stops working.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        if (!subject.Settings.PssVersion.IsAtLeast(19))
        {
            CheckAnnotations(subject, findings);
            return;
        }

        CheckFields(this, subject, findings);
    }

    /// <summary>Judges the profiles that are there.</summary>
    internal static void CheckFields(Rule rule, Subject subject, FindingList findings)
    {
        var profile = subject.Pod.Spec[Name.SecurityContext][Name.SeccompProfile];
        if (IsForbidden(profile))
        {
            Add(rule, findings, "the pod", profile);
        }

        foreach (ref readonly var container in subject.Containers)
        {
            profile = container[Name.SecurityContext][Name.SeccompProfile];
            if (IsForbidden(profile))
            {
                Add(rule, findings, container.Label, profile);
            }
        }
    }

    private static bool IsForbidden(Field profile) => profile.Exists && !ConfinementProfile.IsConfined(profile);

    private static void Add(Rule rule, FindingList findings, string who, Field profile)
    {
        var type = profile[Name.Type];
        findings.Add(
            rule,
            type,
            type.Exists
                ? $"{who} sets securityContext.seccompProfile.type={Seen.Of(type)}; must be RuntimeDefault or Localhost"
                : $"{who} sets securityContext.seccompProfile without a type; must be RuntimeDefault or Localhost",
            new Fix("Set the seccomp profile to RuntimeDefault", Safety.Review, ConfinementProfile.Confine(profile)));
    }

    private void CheckAnnotations(Subject subject, FindingList findings)
    {
        foreach (var entry in subject.Pod.Metadata[Name.Annotations].Entries)
        {
            if (!IsSeccomp(entry.Utf8Key, subject) || entry.Value.Is("docker/default"u8) || ConfinementProfile.IsConfinedAnnotation(entry.Value))
            {
                continue;
            }

            findings.Add(
                this,
                entry.Value,
                $"the annotation {Excerpt.Of(entry.Key)} is {Seen.Of(entry.Value)}; must be 'runtime/default', 'docker/default', 'localhost/...' or absent",
                new Fix(
                    "Set the annotation to runtime/default",
                    Safety.Review,
                    new Edit.Set(entry.Value.Path, ConfinementProfile.RuntimeDefaultAnnotation)));
        }
    }

    /// <summary>True for the annotation of the pod, and for those of containers that it has.</summary>
    private static bool IsSeccomp(ReadOnlySpan<byte> key, Subject subject)
    {
        if (key.SequenceEqual("seccomp.security.alpha.kubernetes.io/pod"u8))
        {
            return true;
        }

        var prefix = "container.seccomp.security.alpha.kubernetes.io/"u8;
        if (!key.StartsWith(prefix))
        {
            return false;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            if (container[Name.Name].Utf8.SequenceEqual(key[prefix.Length..]))
            {
                return true;
            }
        }

        return false;
    }
}
