using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The object a finding is about. Namespace and name are null where the object has none; a generateName stands for the name.</summary>
public sealed record ObjectIdentity(string ApiVersion, string Kind, string? Namespace, string? Name)
{
    public static ObjectIdentity Of(Field root)
    {
        var type = ObjectType.Of(root);
        var metadata = root[Manifests.Name.Metadata];
        return new(
            Encoding.UTF8.GetString(type.ApiVersion),
            Encoding.UTF8.GetString(type.Kind),
            metadata[Manifests.Name.Namespace].Text,
            metadata[Manifests.Name.Name].Text ?? metadata[Manifests.Name.GenerateName].Text);
    }

    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}
