using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// An Ingress of <c>v1beta1</c> as one of <c>networking.k8s.io/v1</c>: the service of a backend is a map, the backend of
/// last resort is <c>defaultBackend</c>, and each path says its type, which was <c>ImplementationSpecific</c> by default.
/// </summary>
internal static class IngressMoves
{
    public static FieldMoves Of(Subject subject)
    {
        var moves = new FieldMoves();
        var last = subject.Spec[Name.Backend];
        if (last.Exists)
        {
            if (subject.Spec[Name.DefaultBackend].IsWritten)
            {
                moves.Stop(Refusal.NeedsDecision("which counts, spec.backend or spec.defaultBackend"));
            }

            var resource = last[Name.Resource];
            moves.Remove(last);
            moves.Set(subject.Spec[Name.DefaultBackend].Path, resource.Exists
                ? FieldMoves.MapOf(("resource", moves.Copy(resource)))
                : FieldMoves.MapOf(("service", ServiceOf(last, moves))));
        }

        foreach (var rule in subject.Spec[Name.Rules].Elements)
        {
            foreach (var path in rule[Name.Http][Name.Paths].Elements)
            {
                if (!path[Name.PathType].Exists)
                {
                    moves.Set(path[Name.PathType].Path, "ImplementationSpecific");
                }

                var backend = path[Name.Backend];
                if (backend[Name.ServiceName].IsWritten || backend[Name.ServicePort].IsWritten || !backend[Name.Resource].Exists)
                {
                    moves.Set(backend[Name.Service].Path, ServiceOf(backend, moves));
                    moves.Remove(backend[Name.ServiceName]);
                    moves.Remove(backend[Name.ServicePort]);
                }
            }
        }

        return moves;
    }

    private static Value.Map ServiceOf(Field backend, FieldMoves moves)
    {
        var port = backend[Name.ServicePort];
        if (backend[Name.Service].IsWritten)
        {
            moves.Stop(Refusal.NeedsDecision($"which counts, {backend[Name.Service].Path} or the serviceName beside it"));
        }
        else if (FieldMoves.IsDigits(port))
        {
            moves.Stop(Refusal.NeedsDecision($"whether {port.Path}, a number in quotes, is the number of a port or its name"));
        }

        return FieldMoves.MapOf(
            ("name", moves.Copy(backend[Name.ServiceName])),
            ("port", FieldMoves.MapOf((port.IsString ? "name" : "number", moves.Copy(port)))));
    }
}
