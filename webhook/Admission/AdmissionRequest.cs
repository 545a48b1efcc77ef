using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// The request of an AdmissionReview, as fields of the document it was read into: valid only while that is. Whatever the
/// API server always sends is checked; the rest may be absent.
/// Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response
/// </summary>
internal readonly struct AdmissionRequest
{
    private readonly Field request;

    private AdmissionRequest(Field request, string uid, AdmissionOperation operation)
    {
        this.request = request;
        Uid = uid;
        Operation = operation;
        Object = request[Manifests.Name.Object];
        OldObject = request[Manifests.Name.OldObject];
    }

    public string Uid { get; }

    public AdmissionOperation Operation { get; }

    /// <summary>The object as it is to become; absent for DELETE and most of CONNECT.</summary>
    public Field Object { get; }

    /// <summary>The object as it was; absent for CREATE. No verdict is ever taken from it, only what was wrong before.</summary>
    public Field OldObject { get; }

    /// <summary>Empty for the object itself.</summary>
    public ReadOnlySpan<byte> SubResource => request[Manifests.Name.SubResource].Utf8;

    /// <summary>The namespace that the object lies in; null for an object of the whole cluster.</summary>
    public string? Namespace => IsNamespace ? null : Scope;

    /// <summary>True for a Namespace: it lies in none, though its review carries its own name as if it did.</summary>
    public bool IsNamespace => Object[Manifests.Name.Kind].Is("Namespace"u8) && Object[Manifests.Name.ApiVersion].Is("v1"u8);

    /// <summary>
    /// Where modes are looked up: the namespace of the object, and for a Namespace itself, as the selectors of webhook
    /// configurations have it. Null for what else is of the whole cluster.
    /// </summary>
    public string? Scope => request[Manifests.Name.Namespace].Text is { Length: > 0 } text ? text : null;

    /// <summary>The name of the request; null where the API server is to make it up.</summary>
    public string? Name => request[Manifests.Name.Name].Text is { Length: > 0 } text ? text : null;

    public ReadOnlySpan<byte> UserName => request[Manifests.Name.UserInfo][Manifests.Name.Username].Utf8;

    public bool IsDryRun => request[Manifests.Name.DryRun].IsTrue;

    /// <summary>Reads the envelope; a problem says what is wrong with it, where, and what is wanted.</summary>
    public static bool TryRead(FlatDocument document, out AdmissionRequest admission, out string problem)
    {
        admission = default;
        var root = document.Root;
        if (!root.IsMap)
        {
            problem = "the body is no JSON object; must be an AdmissionReview";
            return false;
        }

        if (!root[Manifests.Name.Kind].Is("AdmissionReview"u8))
        {
            problem = $"kind is {Seen.Of(root[Manifests.Name.Kind])}; must be AdmissionReview";
            return false;
        }

        if (!root[Manifests.Name.ApiVersion].Is("admission.k8s.io/v1"u8))
        {
            problem = $"apiVersion is {Seen.Of(root[Manifests.Name.ApiVersion])}; must be admission.k8s.io/v1, the only version that is answered";
            return false;
        }

        var request = root[Manifests.Name.Request];
        if (!request.IsMap)
        {
            problem = $"request is {Seen.Of(request)}; must be the request to review";
            return false;
        }

        if (request[Manifests.Name.Uid] is not { IsString: true, Utf8.Length: > 0 and <= 256 } uid)
        {
            problem = $"request.uid is {Seen.Of(request[Manifests.Name.Uid])}; must be a text of 1 to 256 bytes, for the answer to carry";
            return false;
        }

        if (OperationOf(request[Manifests.Name.Operation]) is not { } operation)
        {
            problem = $"request.operation is {Seen.Of(request[Manifests.Name.Operation])}; must be CREATE, UPDATE, DELETE or CONNECT";
            return false;
        }

        admission = new(request, uid.Text!, operation);
        problem = admission.Problem() ?? "";
        return problem.Length == 0;
    }

    private static AdmissionOperation? OperationOf(Field field) =>
        field.Is("CREATE"u8) ? AdmissionOperation.Create
        : field.Is("UPDATE"u8) ? AdmissionOperation.Update
        : field.Is("DELETE"u8) ? AdmissionOperation.Delete
        : field.Is("CONNECT"u8) ? AdmissionOperation.Connect
        : null;

    private string? Problem()
    {
        foreach (var name in (ReadOnlySpan<Name>)[Manifests.Name.SubResource, Manifests.Name.Namespace, Manifests.Name.Name])
        {
            if (request[name] is { Exists: true, IsString: false } other)
            {
                return $"request.{NameTable.Text(name)} is {Seen.Of(other)}; must be a text";
            }
        }

        if (Operation is AdmissionOperation.Delete or AdmissionOperation.Connect)
        {
            return null;
        }

        if (!Object.IsMap)
        {
            return $"request.object is {Seen.Of(Object)}; must be the object that is to be stored";
        }

        if (OldObject is { Exists: true, IsMap: false })
        {
            return $"request.oldObject is {Seen.Of(OldObject)}; must be the object as it was, or null";
        }

        // The API server states the type twice; whoever lets them differ wants one judged and the other stored.
        var kind = request[Manifests.Name.Kind][Manifests.Name.Kind];
        var stated = Object[Manifests.Name.Kind];
        if (stated is not { IsString: true, Utf8.Length: > 0 } || Object[Manifests.Name.ApiVersion] is not { IsString: true, Utf8.Length: > 0 })
        {
            return "request.object has no apiVersion and kind; both are needed to know by which rules it is judged";
        }

        return kind.Exists && !kind.Is(stated.Utf8)
            ? $"request.kind is {Seen.Of(kind)}, and request.object is of kind {Seen.Of(stated)}; they must be the same"
            : null;
    }
}
