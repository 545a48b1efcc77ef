namespace SelfHealGitOps.Policy;

/// <summary>A rule that judges one object by itself. It runs wherever an object is seen: in a file, at admission, in a cluster.</summary>
public abstract class ObjectRule : Rule
{
    /// <summary>Adds what is wrong with the subject to <paramref name="findings"/>. Must not allocate where nothing is wrong, nor throw whatever the subject holds.</summary>
    public abstract void Check(Subject subject, FindingList findings);
}
