using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingIngress : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Ingress, ResourceKind.OldIngress];

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
        // Also the versions that are served no more: a move to networking.k8s.io/v1 must not seem to bring the finding about.
        if (!subject.Is("networking.k8s.io"u8, "Ingress"u8) && !subject.Is("extensions"u8, "Ingress"u8))
        {
            return;
        }

        // One finding for a Service and port, however many paths lead there.
        var backends = new Dictionary<(string Service, string Port, bool IsName), List<IngressBackend>>();
        Add(backends, IngressBackend.Default(subject.Spec));
        foreach (var rule in subject.Spec[Name.Rules].Elements)
        {
            foreach (var path in rule[Name.Http][Name.Paths].Elements)
            {
                Add(backends, new IngressBackend(path[Name.Backend], path[Name.Backend]));
            }
        }

        foreach (var same in backends.Values)
        {
            CheckBackend(same, subject.Metadata[Name.Namespace].Text ?? "", set, findings);
        }
    }

    private static void Add(Dictionary<(string Service, string Port, bool IsName), List<IngressBackend>> backends, IngressBackend backend)
    {
        if (!backend.IsService)
        {
            return;
        }

        var key = (backend.Service, backend.Port, backend.IsPortName);
        if (!backends.TryGetValue(key, out var same))
        {
            backends.Add(key, same = []);
        }

        same.Add(backend);
    }

    private void CheckBackend(List<IngressBackend> same, string @namespace, ObjectSet set, FindingList findings)
    {
        var backend = same[0];
        var name = backend.Service;
        var services = set.Named("Service", @namespace, name).Where(each => each.Group.Length == 0).ToList();
        if (services.Exists(service => HasPort(service, backend.Port, backend.IsPortName)))
        {
            return;
        }

        var message = $"no Service '{name}' with port {backend.Port} is among the scanned files of the namespace";
        if (services is not [var service])
        {
            findings.Add(this, backend.Place, message, Refusal.NeedsDecision($"which Service the path leads to, or what makes the Service '{name}'"));
            return;
        }

        var ports = Ports(service);
        if (backend.IsOld)
        {
            // The move to v1 writes the same fields anew; one after the other, each can be verified.
            findings.Add(this, backend.Place, message, Refusal.NeedsDecision($"which port of the Service '{name}' was meant, once the Ingress is of networking.k8s.io/v1"));
        }
        else if (ports is [var only] && EditsTo(only, same) is { Length: > 0 } edits)
        {
            findings.Add(this, backend.Place, message, new Fix($"Set the port to {Describe(only)}, the only one of the Service '{name}'", Safety.Review, edits));
        }
        else
        {
            findings.Add(this, backend.Place, message, Refusal.NeedsDecision($"which port of the Service '{name}' was meant: it has {(ports.Count == 0 ? "none" : string.Join(", ", ports.Select(Describe)))}"));
        }
    }

    /// <summary>What sets the port of all these backends, in the form in which they write it; none where the port has no such form.</summary>
    private static EquatableArray<Edit> EditsTo(Field port, List<IngressBackend> backends) => (backends[0].IsPortName, port[Name.Name].Text, port[Name.Port].Integer) switch
    {
        (true, { Length: > 0 } name, _) => [.. backends.Select(backend => new Edit.Set(backend.PortField.Path, name))],
        (false, _, { } number) => [.. backends.Select(backend => new Edit.Set(backend.PortField.Path, number))],
        _ => [],
    };

    private static bool HasPort(SetObject service, string wanted, bool isName) =>
        Ports(service).Exists(port => isName ? port[Name.Name].Text == wanted : port[Name.Port].Text == wanted);

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
