using System.Collections.Frozen;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Which namespaces an entry of the policy is about: those of exact names, those with labels, or those with both.
/// Immutable. Labels match as the API server matches them.
/// </summary>
internal sealed class NamespaceSelector
{
    /// <summary>The label that the API server puts onto every Namespace, and lets nobody change.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    private readonly FrozenSet<string>? names;
    private readonly LabelRequirement[] requirements;

    /// <param name="names">Null for any name.</param>
    /// <param name="requirements">All of them have to hold.</param>
    public NamespaceSelector(IEnumerable<string>? names, IEnumerable<LabelRequirement> requirements)
    {
        this.names = names?.ToFrozenSet(StringComparer.Ordinal);
        this.requirements = [.. requirements];
    }

    /// <summary>The names that it tells from others; every other name is to it as any other.</summary>
    public IEnumerable<string> MentionedNames =>
        (names ?? Enumerable.Empty<string>()).Concat(requirements.Where(each => each.Key == NameLabel).SelectMany(each => each.Values));

    /// <param name="labels">Null where they are not known.</param>
    /// <returns>Null where it depends on labels that are not known.</returns>
    public bool? Matches(string name, IReadOnlyDictionary<string, string>? labels)
    {
        if (names is not null && !names.Contains(name))
        {
            return false;
        }

        bool? matches = true;
        foreach (var requirement in requirements)
        {
            if (requirement.Key == NameLabel)
            {
                if (!requirement.IsMetBy(name))
                {
                    return false;
                }
            }
            else if (labels is null)
            {
                matches = null;
            }
            else if (!requirement.IsMetBy(labels.GetValueOrDefault(requirement.Key)))
            {
                return false;
            }
        }

        return matches;
    }
}
