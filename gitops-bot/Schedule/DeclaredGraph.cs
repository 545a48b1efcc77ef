using System.Collections.Frozen;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// The live graph as a repository declares it, where no cluster can be asked. A lower bound: what is made by hand, by
/// controllers or from other repositories is not in it. Goes with <see cref="Change.IsDeclaredOnly"/>.
/// </summary>
internal static class DeclaredGraph
{
    /// <param name="set">All objects of the repository.</param>
    /// <param name="namespace">Where the object goes; null for as it is written. What names no namespace may go there too.</param>
    public static LiveGraph Of(ObjectSet set, SetObject target, string? @namespace, IReadOnlyList<Edit> edits)
    {
        var place = target is { Group: "", Kind: "Namespace" } ? target.Name : @namespace ?? target.Namespace;
        IReadOnlyList<string> namespaces = place.Length == 0 ? [""] : [place, ""];
        return new ObjectGraph(set, namespaces, FrozenSet<string>.Empty, isDeclared: true).Of(target, live: null, edits);
    }
}
