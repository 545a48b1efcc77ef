using System.Text.RegularExpressions;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>The names that actions take. The API server has none but these; whatever else comes is somebody's attempt.</summary>
internal static partial class ActionNames
{
    private const int MostName = 253;
    private const int MostNamespace = 63;

    /// <summary>Null where there is none.</summary>
    public static string? ProblemOf(ObjectReference target) =>
        target.Namespace is not { Length: > 0 and <= MostNamespace } @namespace || !Labels().IsMatch(@namespace) ? "the namespace is no name that Kubernetes allows; must be lower-case letters, digits and dashes"
        : target.Name.Length is 0 or > MostName || !Subdomains().IsMatch(target.Name) ? "the name is none that Kubernetes allows; must be lower-case letters, digits, dashes and dots"
        : target.Subresource is not null ? $"actions are for objects; {target.Subresource} is a part of one"
        : null;

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Labels();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Subdomains();
}
