using System.Diagnostics.CodeAnalysis;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>
/// What Argo CD writes on each object that it applies: <c>app:group/Kind:namespace/name</c>. It names the object, so that
/// a copy on another one can be told from the original.
/// Source: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
/// </summary>
/// <param name="Application">As Argo CD writes it: with <c>namespace_</c> before it where it lives outside of Argo CD's own.</param>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Namespace">For an object of the whole cluster, where its application deploys to.</param>
internal sealed record TrackingId(string Application, string Group, string Kind, string Namespace, string Name)
{
    public const string Annotation = "argocd.argoproj.io/tracking-id";

    public static bool TryParse(string text, [NotNullWhen(true)] out TrackingId? id)
    {
        id = null;
        // Names of RBAC objects may hold colons, those of applications and groups may not.
        var parts = text.Split(':', 3);
        if (parts.Length != 3 || parts[0].Length == 0
            || parts[1].Split('/') is not [var group, { Length: > 0 } kind]
            || parts[2].Split('/', 2) is not [var @namespace, { Length: > 0 } name])
        {
            return false;
        }

        id = new(parts[0], group, kind, @namespace, name);
        return true;
    }

    /// <summary>True when it was written for this very object.</summary>
    public bool IsOf(SetObject live) =>
        Group == live.Group && Kind == live.Kind && Name == live.Name && (live.Namespace.Length == 0 || Namespace == live.Namespace);
}
