using System.Globalization;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class InvalidTargetPorts : ObjectRule
{
    /// <summary>As <c>IsValidPortName</c> of k8s apimachinery has it, after RFC 6335.</summary>
    private const int LongestName = 15;

    private const long LastPort = 65535;

    public override IReadOnlyList<ResourceKind> Judges { get; } = [.. ResourceKind.Pods, ResourceKind.Service];

    protected override RuleInfo Definition { get; } = new(
        Id: "invalid-target-ports",
        Title: "Port has a name or number that no port can have",
        Why: "The API server refuses the object, or the service finds no port of that name.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=invalid-target-ports",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Takes the quotes off a target port that is a number: in quotes it is a name. Review: the API server has refused it so far. Any other name needs a decision, as services, ingresses and probes refer to it.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var port in container[Name.Ports].Elements)
            {
                var name = port[Name.Name];
                if (!name.Utf8.IsEmpty && !TemplateText.IsExpression(name.Utf8) && Violation(name.Utf8) is { } violation)
                {
                    findings.Add(
                        this,
                        name,
                        $"{container.Label} calls port {port[Name.ContainerPort].Text} {Seen.Of(name)}; the name {violation}",
                        Refusal.NeedsDecision(
                            $"a name for port {port[Name.ContainerPort].Text} of {container.Label}, and which services, ingresses and probes ask for it as {Seen.Of(name)}"));
                }
            }
        }

        if (subject.Is(""u8, "Service"u8))
        {
            foreach (var port in subject.Spec[Name.Ports].Elements)
            {
                CheckTarget(port[Name.TargetPort], findings);
            }
        }
    }

    private void CheckTarget(Field target, FindingList findings)
    {
        if (target.IsString && !TemplateText.IsExpression(target.Utf8) && Violation(target.Utf8) is { } violation)
        {
            var isNumber = long.TryParse(target.Utf8, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= LastPort;
            var message = $"targetPort is {Seen.Of(target)}, which in quotes is a name; a name {violation}";
            if (isNumber)
            {
                findings.Add(this, target, message, new Fix($"Set targetPort to the number {number}", Safety.Review, new Edit.Set(target.Path, number)));
            }
            else
            {
                findings.Add(
                    this,
                    target,
                    $"targetPort is {Seen.Of(target)}; a name {violation}",
                    Refusal.NeedsEvidence($"the name or number of the port on which the pods of the service answer; none can be called {Seen.Of(target)}"));
            }
        }
        else if (target.Integer is not null and not 0 and not (> 0 and <= LastPort))
        {
            findings.Add(
                this,
                target,
                $"targetPort is {target.Text}; must be from 1 to {LastPort}",
                Refusal.NeedsEvidence("the name or number of the port on which the pods of the service answer"));
        }
    }

    /// <summary>What is wrong with the name of a port, or null.</summary>
    private static string? Violation(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return $"must have no more than {LongestName} characters";
        }

        var hasLetter = false;
        foreach (var character in name)
        {
            var isLetter = character is >= (byte)'a' and <= (byte)'z';
            if (!isLetter && character is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-'))
            {
                return "must be of small letters, digits and hyphens";
            }

            hasLetter |= isLetter;
        }

        return !hasLetter ? "must have at least one letter"
            : name.IndexOf("--"u8) >= 0 ? "must not have two hyphens in a row"
            : name[0] == '-' || name[^1] == '-' ? "must not begin or end with a hyphen"
            : null;
    }
}
