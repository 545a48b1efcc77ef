using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>What is known of the cluster's namespaces. Without a cluster, only what the policy file says.</summary>
internal sealed class Namespaces
{
    private IReadOnlyDictionary<string, NamespaceFacts>? live;

    /// <summary>What the cluster says from now on; the policy file's word counts no more.</summary>
    public void Replace(IReadOnlyDictionary<string, NamespaceFacts> namespaces) => Volatile.Write(ref live, namespaces);

    /// <summary>Null where nothing is known of it: then it is judged as strictly as any could be.</summary>
    public NamespaceFacts? Find(string name, AdmissionPolicy policy) => (Volatile.Read(ref live) ?? policy.Admission.Namespaces).GetValueOrDefault(name);
}
