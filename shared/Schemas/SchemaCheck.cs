using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Schemas;

/// <summary>
/// Holds an object against the field tables of the Kubernetes API: unknown fields, missing ones, and values of another
/// shape than the field's, as <c>kubeconform -strict</c> judges. What the API server checks beyond that (names, ranges,
/// the form of quantities and dates) is not looked at. A text that something fills in later fits everything.
/// A version that the tables do not know is judged as the nearest older one, or the oldest.
/// </summary>
public static class SchemaCheck
{
    /// <summary>The minor versions that the tables know, oldest first.</summary>
    public static IReadOnlyList<int> KnownVersions => [.. Enumerable.Range(0, 64).Where(minor => (SchemaTable.Kubernetes.Known >> minor & 1) != 0)];

    /// <summary>True when the object's kind is in the tables at the version: no custom resource, and no version that is not served.</summary>
    public static bool Knows(Field root, KubernetesVersion version) => ShapeOf(root, SchemaTable.Kubernetes.Nearest(version)) >= 0;

    /// <summary>What is wrong with an object, in the order of its text. Empty, and nothing is allocated, where nothing is wrong or the kind is not in the tables.</summary>
    public static IReadOnlyList<SchemaViolation> Of(Field root, KubernetesVersion version)
    {
        var minor = SchemaTable.Kubernetes.Nearest(version);
        return Visit(root, ShapeOf(root, minor), minor);
    }

    /// <summary>What would be wrong with an object if its apiVersion were another.</summary>
    internal static IReadOnlyList<SchemaViolation> As(Field root, string apiVersion, KubernetesVersion version)
    {
        var minor = SchemaTable.Kubernetes.Nearest(version);
        return Visit(root, SchemaTable.Kubernetes.Find(Encoding.UTF8.GetBytes(apiVersion), ObjectType.Of(root).Kind, minor), minor);
    }

    private static IReadOnlyList<SchemaViolation> Visit(Field root, int shape, int minor)
    {
        if (shape < 0)
        {
            return [];
        }

        var visit = new SchemaVisit(SchemaTable.Kubernetes, minor);
        visit.Object(root, shape);
        return visit.Violations;
    }

    private static int ShapeOf(Field root, int minor)
    {
        var type = ObjectType.Of(root);
        return SchemaTable.Kubernetes.Find(type.ApiVersion, type.Kind, minor);
    }
}
