using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The object a finding is about. Namespace and name are null where the object has none; a generateName stands for the name.</summary>
public sealed record ObjectIdentity(string ApiVersion, string Kind, string? Namespace, string? Name)
{
    /// <summary>True when the API server makes up the name, and <see cref="Name"/> is what it begins with.</summary>
    public bool HasGeneratedName { get; init; }

    public static ObjectIdentity Of(Field root)
    {
        var type = ObjectType.Of(root);
        var metadata = root[Manifests.Name.Metadata];
        var name = metadata[Manifests.Name.Name].Text;
        var generateName = name is null ? metadata[Manifests.Name.GenerateName].Text : null;
        return new(
            Encoding.UTF8.GetString(type.ApiVersion),
            Encoding.UTF8.GetString(type.Kind),
            metadata[Manifests.Name.Namespace].Text,
            name ?? generateName)
        {
            HasGeneratedName = generateName is not null,
        };
    }

    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}
