using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Policies;

/// <summary>The policy in force; replaced as a whole, so that every request is judged by one policy from beginning to end.</summary>
internal sealed class PolicyHolder
{
    private AdmissionPolicy? current;

    /// <summary>Null until the first one is loaded.</summary>
    public AdmissionPolicy? Current => Volatile.Read(ref current);

    public void Replace(AdmissionPolicy policy) => Volatile.Write(ref current, policy);
}
