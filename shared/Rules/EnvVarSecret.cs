using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class EnvVarSecret : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "env-var-secret",
        Title: "Environment variable holds a literal secret",
        Why: "Whoever can read the manifest, its history or the pod reads the secret.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=env-var-secret",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs evidence: the Secret and key that should hold the value. None is made up, and the value that stands there has to be replaced anyway.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var variable in container[Name.Env].Elements)
            {
                var value = variable[Name.Value];
                if (IsSecretName(variable[Name.Name].Utf8) && value.Utf8.IndexOfAnyExcept((byte)'\n') >= 0)
                {
                    findings.Add(
                        this,
                        value,
                        $"{container.Label} sets the environment variable {variable[Name.Name].Text} to a literal; must come from a Secret",
                        Refusal.NeedsEvidence($"the Secret and key that should hold {variable[Name.Name].Text}"));
                }
            }
        }
    }

    private static bool IsSecretName(ReadOnlySpan<byte> name)
    {
        for (var start = 0; start + 6 <= name.Length; start++)
        {
            if (Ascii.EqualsIgnoreCase(name.Slice(start, 6), "secret"u8))
            {
                return true;
            }
        }

        return false;
    }
}
