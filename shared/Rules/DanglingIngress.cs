using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingIngress : SetRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-ingress",
        Title: "Ingress leads to no Service",
        Why: "Requests to the path end with an error of the ingress controller.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-ingress",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Where the Service is there, with one port and not the one that is asked for, sets the port. Review: whether that Service was meant. Else needs a decision: which Service and port the path leads to, or what makes it.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.Is("networking.k8s.io"u8, "Ingress"u8) || !subject.ApiVersion.EndsWith("/v1"u8))
        {
            return;
        }

        // One finding for a Service and port, however many paths lead there.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        CheckBackend(subject.Spec[Name.DefaultBackend][Name.Service], subject, set, seen, findings);
        foreach (var rule in subject.Spec[Name.Rules].Elements)
        {
            foreach (var path in rule[Name.Http][Name.Paths].Elements)
            {
                CheckBackend(path[Name.Backend][Name.Service], subject, set, seen, findings);
            }
        }
    }

    private void CheckBackend(Field backend, Subject subject, ObjectSet set, HashSet<string> seen, FindingList findings)
    {
        if (!backend.Exists)
        {
            return;
        }

        var name = backend[Name.Name].Text ?? "";
        var port = backend[Name.Port];
        var portName = port[Name.Name].Text ?? "";
        var wanted = portName.Length > 0 ? portName : port[Name.Number].Text ?? "0";
        if (!seen.Add($"{name}\n{wanted}\n{portName.Length > 0}"))
        {
            return;
        }

        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        var services = set.Named("Service", name).Where(each => each.Group.Length == 0 && each.Namespace == @namespace).ToList();
        if (services.Exists(service => HasPort(service, portName, wanted)))
        {
            return;
        }

        var message = $"no Service '{name}' with port {wanted} is among the scanned files of the namespace";
        if (services is [var service] && OnlyPort(service) is { } only)
        {
            Report(backend, port, portName.Length > 0, only, message, name, findings);
        }
        else
        {
            findings.Add(this, backend, message, Refusal.NeedsDecision(services.Count > 0
                ? $"which port of the Service '{name}' was meant: {string.Join(", ", Ports(services[0]).Select(Describe))}"
                : $"which Service the path leads to, or what makes the Service '{name}'"));
        }
    }

    private void Report(Field backend, Field port, bool byName, Field only, string message, string name, FindingList findings)
    {
        var ownName = only[Name.Name].Text ?? "";
        if (byName && ownName.Length > 0)
        {
            findings.Add(this, backend, message, new Fix($"Set the port to {ownName}, the only one of the Service '{name}'", Safety.Review, new Edit.Set(port[Name.Name].Path, ownName)));
        }
        else if (!byName && only[Name.Port].Integer is { } number)
        {
            findings.Add(this, backend, message, new Fix($"Set the port to {number}, the only one of the Service '{name}'", Safety.Review, new Edit.Set(port[Name.Number].Path, number)));
        }
        else
        {
            findings.Add(this, backend, message, Refusal.NeedsDecision($"which port of the Service '{name}' was meant: it has {Describe(only)}"));
        }
    }

    private static bool HasPort(SetObject service, string portName, string wanted) => Ports(service).Any(port =>
        portName.Length > 0 ? port[Name.Name].Text == portName : port[Name.Port].Text == wanted);

    private static Field? OnlyPort(SetObject service) => Ports(service).Take(2).ToList() is [var only] ? only : null;

    private static List<Field> Ports(SetObject service)
    {
        var ports = new List<Field>();
        foreach (var port in service.Root[Name.Spec][Name.Ports].Elements)
        {
            ports.Add(port);
        }

        return ports;
    }

    private static string Describe(Field port) => port[Name.Name].Text is { Length: > 0 } name ? $"{port[Name.Port].Text} ({name})" : $"{port[Name.Port].Text}";
}
