namespace SelfHealGitOps.Policy;

/// <summary>What is done to the object. Only <see cref="Create"/> and <see cref="Update"/> are judged.</summary>
public enum AdmissionOperation
{
    Create,
    Update,
    Delete,
    Connect,
}
