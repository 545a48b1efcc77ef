using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SshPort : ObjectRule
{
    private static readonly IntegerParameter Port = Parameter.Integer("port", "the port that no container may list", 22, 1, 65535);

    private static readonly Parameter<Pattern> Protocol = Parameter.Pattern("protocol", "its protocol, where none is written TCP", "TCP");

    private readonly long forbidden;
    private readonly Pattern protocol;

    public SshPort()
        : this(ParameterValues.None)
    {
    }

    private SshPort(ParameterValues values)
    {
        forbidden = values.Of(Port);
        protocol = values.Of(Protocol);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [Port, Protocol];

    protected override RuleInfo Definition { get; } = new(
        Id: "ssh-port",
        Title: "Container lists port 22",
        Why: "A shell server in a container is a second way in, beside the API and its audit log.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=ssh-port",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: whether there has to be an SSH server. kubectl exec needs none.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var port in container[Name.Ports].Elements)
            {
                if (port[Name.ContainerPort].Integer == forbidden
                    && protocol.IsMatch(port[Name.Protocol].Utf8.IsEmpty ? "TCP"u8 : port[Name.Protocol].Utf8))
                {
                    findings.Add(
                        this,
                        port[Name.ContainerPort],
                        $"{container.Label} lists port {forbidden}{(forbidden == 22 ? ", that of SSH" : "")}; must not",
                        Refusal.NeedsDecision($"whether {container.Label} has to {(forbidden == 22 ? "run an SSH server" : $"listen on port {forbidden}")}"));
                }
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new SshPort(values);
}
