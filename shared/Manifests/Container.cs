namespace SelfHealGitOps.Manifests;

/// <summary>Which of a pod's lists a container stands in.</summary>
public enum ContainerList : byte
{
    Containers,
    InitContainers,
    EphemeralContainers,
}

/// <summary>A container of any list, and what to call it in a message.</summary>
public readonly struct Container(Field place, ContainerList list)
{
    public Field Field => place;

    public ContainerList List => list;

    /// <summary>The name, or null where none is given.</summary>
    public string? Name => place[Manifests.Name.Name].Text;

    /// <summary><c>container 'web'</c>, <c>init container 'setup'</c>, <c>ephemeral container 'debug'</c>.</summary>
    public string Label => (list switch
    {
        ContainerList.InitContainers => "init container '",
        ContainerList.EphemeralContainers => "ephemeral container '",
        _ => "container '",
    }) + (Name ?? "") + "'";

    public Field this[Name name] => place[name];
}
