using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class LiteralCredential : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [.. ResourceKind.Pods, ResourceKind.ConfigMap];

    protected override RuleInfo Definition { get; } = new(
        Id: "literal-credential",
        Title: "A credential stands in the manifest",
        Why: "Whoever can read the manifest or its history has the credential; taking it out later does not take it back.",
        Source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
        Severity: Severity.Error,
        Profiles: Profiles.OnlyScan,
        Remedy: "Needs evidence: the Secret and key that should hold it. The credential has to be revoked as well, which no edit does.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var variable in container[Name.Env].Elements)
            {
                var value = variable[Name.Value];
                if (CredentialText.Find(value.Utf8) is { } kind)
                {
                    findings.Add(
                        this,
                        value,
                        $"{container.Label} sets the environment variable {variable[Name.Name].Text} to {kind}; must come from a Secret",
                        Refusal.NeedsEvidence($"the Secret and key that should hold {variable[Name.Name].Text}"));
                }
            }

            CheckArguments(findings, container, container[Name.Command], "command");
            CheckArguments(findings, container, container[Name.Args], "args");
        }

        if (subject.Is(""u8, "ConfigMap"u8))
        {
            foreach (var entry in subject.Root[Name.Data].Entries)
            {
                if (CredentialText.Find(entry.Value.Utf8) is { } kind)
                {
                    findings.Add(
                        this,
                        entry.Value,
                        $"the entry {entry.Key} of the ConfigMap holds {kind}; must be in a Secret",
                        Refusal.NeedsEvidence($"the Secret that should hold {entry.Key}"));
                }
            }
        }
    }

    private void CheckArguments(FindingList findings, in Container container, Field arguments, string list)
    {
        foreach (var argument in arguments.Elements)
        {
            if (CredentialText.Find(argument.Utf8) is { } kind)
            {
                findings.Add(
                    this,
                    argument,
                    $"{container.Label} is given {kind} in its {list}; must come from a Secret",
                    Refusal.NeedsEvidence($"the Secret and key that should hold what the {list} of {container.Label} pass"));
            }
        }
    }
}
