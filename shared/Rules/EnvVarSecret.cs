using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class EnvVarSecret : ObjectRule
{
    private static readonly Parameter<Pattern> VariableName = Parameter.Pattern("name", "the names of variables that are judged", "(?i).*secret.*");

    private static readonly Parameter<Pattern> VariableValue = Parameter.Pattern("value", "the values that they may not have", ".+");

    private readonly Pattern name;
    private readonly Pattern value;

    public EnvVarSecret()
        : this(ParameterValues.None)
    {
    }

    private EnvVarSecret(ParameterValues values)
    {
        name = values.Of(VariableName);
        value = values.Of(VariableValue);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [VariableName, VariableValue];

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
                var literal = variable[Name.Value];
                if (!name.IsMatch(variable[Name.Name].Utf8) || !value.IsMatch(literal.Utf8))
                {
                    continue;
                }

                if (literal.Utf8.IsEmpty)
                {
                    findings.Add(
                        this,
                        literal,
                        $"{container.Label} sets the environment variable {variable[Name.Name].Text} to no literal; its value must not match {value}",
                        Refusal.NeedsDecision($"whether {container.Label} can do without {variable[Name.Name].Text}"));
                }
                else
                {
                    findings.Add(
                        this,
                        literal,
                        $"{container.Label} sets the environment variable {variable[Name.Name].Text} to a literal; must come from a Secret",
                        Refusal.NeedsEvidence($"the Secret and key that should hold {variable[Name.Name].Text}"));
                }
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new EnvVarSecret(values);
}
