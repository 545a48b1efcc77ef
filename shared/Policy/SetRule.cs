namespace SelfHealGitOps.Policy;

/// <summary>
/// A rule that judges one object by what else there is: a Service without pods behind it, a service account that nobody
/// makes. It runs where the whole set is in sight, over a repository or a cluster; never at admission.
/// </summary>
public abstract class SetRule : Rule
{
    /// <summary>Adds what is wrong with the subject to <paramref name="findings"/>. Must not throw whatever the subject or the set holds.</summary>
    /// <param name="set">All objects that are judged together, the subject among them.</param>
    public abstract void Check(Subject subject, ObjectSet set, FindingList findings);
}
