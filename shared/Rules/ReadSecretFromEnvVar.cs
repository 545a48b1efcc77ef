using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ReadSecretFromEnvVar : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "read-secret-from-env-var",
        Title: "Environment variable reads a Secret",
        Why: "The environment is passed on to child processes and ends up in crash dumps; a file does neither, and follows when the Secret changes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=read-secret-from-env-var",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: the program has to read a file in place of the variable.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var variable in container[Name.Env].Elements)
            {
                var reference = variable[Name.ValueFrom][Name.SecretKeyRef];
                if (reference.Exists)
                {
                    findings.Add(
                        this,
                        reference,
                        $"{container.Label} reads a Secret into the environment variable {variable[Name.Name].Text}; mount it as a file",
                        Refusal.NeedsDecision($"whether the program of {container.Label} can read {variable[Name.Name].Text} from a file"));
                }
            }
        }
    }
}
