using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Policies;

/// <summary>The policy in force; replaced as a whole, so that every request is judged by one policy from beginning to end.</summary>
internal sealed class PolicyHolder
{
    private AdmissionPolicy? current;
    private long reloadFailures;
    private volatile bool lastReloadFailed;

    /// <summary>Null until the first one is loaded. Whoever needs it twice reads it once.</summary>
    public AdmissionPolicy? Current => Volatile.Read(ref current);

    /// <summary>How often a new file could not take the place of the policy in force.</summary>
    public long ReloadFailures => Volatile.Read(ref reloadFailures);

    /// <summary>False while the file says something else than the policy in force.</summary>
    public bool LastReloadSucceeded => !lastReloadFailed;

    public void Replace(AdmissionPolicy policy)
    {
        Volatile.Write(ref current, policy);
        lastReloadFailed = false;
    }

    /// <summary>The file is again what the policy in force was read from.</summary>
    public void Confirm() => lastReloadFailed = false;

    public void FailReload()
    {
        lastReloadFailed = true;
        Interlocked.Increment(ref reloadFailures);
    }
}
