namespace SelfHealGitOps.Manifests;

/// <summary>
/// By which fields the elements of a list are told apart: the merge keys of the Kubernetes API's strategic merge patch
/// and server-side apply. Source: the <c>x-kubernetes-patch-merge-key</c> and <c>x-kubernetes-list-map-keys</c>
/// extensions of the API's OpenAPI description.
/// </summary>
internal static class MergeKeys
{
    /// <summary>The keys of a list, by the name of the field that holds it, and by whether that field is in a container.</summary>
    public static ReadOnlySpan<Name> Of(string list, bool inContainer) => list switch
    {
        "containers" or "initContainers" or "ephemeralContainers" or "volumes" or "env" or "imagePullSecrets"
            or "sysctls" or "resourceClaims" or "schedulingGates" or "webhooks" or "secrets" => [Name.Name],
        "volumeMounts" => [Name.MountPath],
        "volumeDevices" => [Name.DevicePath],
        "ports" when inContainer => [Name.ContainerPort, Name.Protocol],
        "ports" => [Name.Port, Name.Protocol],
        "hostAliases" => [Name.HostIP],
        "topologySpreadConstraints" => [Name.TopologyKey, Name.WhenUnsatisfiable],
        _ => [],
    };

    /// <summary>The lists that are sets of scalars: an element is addressed by its value.</summary>
    public static bool IsSet(string list) => list is "add" or "drop" or "finalizers" or "accessModes" or "externalIPs";

    /// <summary>Whether what the last step names is a field of a container: what a NetworkPolicy's <c>ingress[]</c> calls ports are others.</summary>
    /// <param name="steps">The steps to the field, of which the first <paramref name="count"/> count.</param>
    public static bool IsInContainer(IReadOnlyList<PathStep> steps, int count) =>
        count > 2
        && steps[count - 2] is not PathStep.Key
        && steps[count - 3] is PathStep.Key("containers" or "initContainers" or "ephemeralContainers");

    /// <summary>The step that addresses one element: by merge key where the list has one and the element carries it, else by position.</summary>
    public static PathStep Address(FlatDocument document, List<PathStep> above, int list, int element, int position)
    {
        var field = new Field(document, element);
        var listName = above.Count > 0 && above[^1] is PathStep.Key(var name) ? name : "";
        if (IsSet(listName) && field.Text is { } text)
        {
            return new PathStep.Item(text);
        }

        var match = new List<KeyValuePair<string, string>>();
        foreach (var key in Of(listName, IsInContainer(above, above.Count)))
        {
            // TCP is what the API server writes where the author wrote no protocol: the same element either way.
            if (field[key].Text is { } value && (key != Name.Protocol || value != "TCP"))
            {
                match.Add(new(NameTable.Text(key), value));
            }
        }

        return match.Count > 0 ? new PathStep.Element([.. match]) : new PathStep.Index(position);
    }
}
