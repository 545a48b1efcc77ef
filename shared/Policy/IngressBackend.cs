using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What an Ingress leads to, as networking.k8s.io/v1 writes it or as the versions before it did.</summary>
/// <param name="backend">The backend.</param>
/// <param name="place">Where findings about it stand: the same in all versions.</param>
internal readonly struct IngressBackend(Field backend, Field place)
{
    public Field Place => place;

    /// <summary>False for a backend that is a resource of another kind, or is not there.</summary>
    public bool IsService => backend[Name.Service].Exists || IsOld;

    public string Service => (IsOld ? backend["serviceName"] : backend[Name.Service][Name.Name]).Text ?? "";

    /// <summary>The number, or the name, of the port; 0 where there is none.</summary>
    public string Port => PortField.Text ?? "0";

    public bool IsPortName => IsOld ? PortField.IsString : backend[Name.Service][Name.Port][Name.Name].Text is { Length: > 0 };

    /// <summary>Where the port is written, or would be.</summary>
    public Field PortField => IsOld ? backend[Name.ServicePort]
        : backend[Name.Service][Name.Port][Name.Name].Text is { Length: > 0 } ? backend[Name.Service][Name.Port][Name.Name]
        : backend[Name.Service][Name.Port][Name.Number];

    /// <summary>True for the fields of the versions before networking.k8s.io/v1.</summary>
    public bool IsOld => backend["serviceName"].Exists;

    public static IngressBackend Default(Field spec) =>
        new(spec[Name.DefaultBackend].Exists ? spec[Name.DefaultBackend] : spec[Name.Backend], spec);
}
