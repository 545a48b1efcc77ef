using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>What is known of the cluster's namespaces. Without a cluster, only what the policy file says.</summary>
internal sealed class Namespaces
{
    private IReadOnlyDictionary<string, NamespaceFacts>? live;
    private Func<string, CancellationToken, ValueTask<NamespaceFacts?>>? ask;

    /// <summary>How many the cluster has; null where it was not asked yet.</summary>
    public int? Count => Volatile.Read(ref live)?.Count;

    /// <summary>What the cluster says from now on; the policy file's word counts no more.</summary>
    public void Replace(IReadOnlyDictionary<string, NamespaceFacts> namespaces) => Volatile.Write(ref live, namespaces);

    /// <summary>How to ask for one that is not known; in bounded time, and null where that brings nothing.</summary>
    public void AskBy(Func<string, CancellationToken, ValueTask<NamespaceFacts?>> lookUp) => ask = lookUp;

    /// <summary>Null where nothing is known of it: then it is judged as strictly as any could be.</summary>
    public NamespaceFacts? Find(string name, AdmissionPolicy policy) => (Volatile.Read(ref live) ?? policy.Admission.Namespaces).GetValueOrDefault(name);

    /// <summary>The same, but asks the cluster for one that was made a moment ago.</summary>
    public ValueTask<NamespaceFacts?> FindAsync(string name, AdmissionPolicy policy, CancellationToken cancellationToken) =>
        Find(name, policy) is { } known ? new(known)
        : ask is null ? default
        : ask(name, cancellationToken);
}
