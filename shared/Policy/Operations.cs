namespace SelfHealGitOps.Policy;

/// <summary>The requests at which an object is judged. A deletion leaves nothing to judge, and CONNECT carries no object.</summary>
[Flags]
public enum Operations
{
    None = 0,
    Create = 1,
    Update = 2,
}
