using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Somebody the cluster knows.</summary>
/// <param name="Name">A service account is <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
public sealed record ClusterUser(string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> NoExtra = [];

    public static ClusterUser Named(string name, params IReadOnlyList<string> groups) => new(name, "", groups, NoExtra);

    internal static ClusterUser Of(JsonObject user)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (user["extra"] is JsonObject all)
        {
            foreach (var (key, _) in all)
            {
                extra[key] = [.. all.Texts(key)];
            }
        }

        return new(user.Text("username") ?? "", user.Text("uid") ?? "", [.. user.Texts("groups")], extra);
    }
}
