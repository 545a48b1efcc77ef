namespace SelfHealGitOps.Policy;

/// <summary>What is known of a namespace when an object in it is judged. Immutable; compared by reference.</summary>
public sealed class NamespaceFacts(string name, IReadOnlyDictionary<string, string> labels)
{
    public string Name { get; } = name;

    /// <summary>The labels of the Namespace object; the API server sees to it that <c>kubernetes.io/metadata.name</c> is the name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; } = labels;
}
