using System.Collections.Frozen;

namespace SelfHealGitOps.Policy;

/// <summary>An entry of <c>admission.scopes</c>: the mode of some rules, in some namespaces, for some operations.</summary>
/// <param name="Namespaces">Null for every namespace, and for objects of the whole cluster.</param>
/// <param name="Operations">Null for all.</param>
/// <param name="Rules">Null for all.</param>
internal sealed record AdmissionScope(
    NamespaceSelector? Namespaces, FrozenSet<AdmissionOperation>? Operations, FrozenSet<string>? Rules, AdmissionMode Mode)
{
    /// <param name="namespaceName">Null for an object of the whole cluster.</param>
    /// <param name="labels">Null where they are not known.</param>
    /// <returns>Null where it depends on labels that are not known.</returns>
    public bool? Covers(string? namespaceName, IReadOnlyDictionary<string, string>? labels) =>
        Namespaces is null ? true : namespaceName is null ? false : Namespaces.Matches(namespaceName, labels);
}
