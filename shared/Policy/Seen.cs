using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The value of a field as a message shows it: <c>true</c>, <c>8080</c>, <c>'Unmasked'</c>, <c>a map</c>.</summary>
public static class Seen
{
    public static string Of(Field field) => field.Kind switch
    {
        NodeKind.Map => "a map",
        NodeKind.List => "a list",
        NodeKind.Null => "null",
        NodeKind.String => Excerpt.Of(field.Text ?? ""),
        _ => field.Text ?? "",
    };
}
