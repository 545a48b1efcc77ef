namespace SelfHealGitOps.Manifests;

/// <summary>
/// The apiVersion and kind of an object, as UTF-8. An item of a typed list (<c>PodList</c>) that names neither has them
/// from the list, whose kind ends in <c>List</c>; a plain <c>List</c> gives none.
/// </summary>
public readonly ref struct ObjectType
{
    private ObjectType(ReadOnlySpan<byte> apiVersion, ReadOnlySpan<byte> kind)
    {
        ApiVersion = apiVersion;
        Kind = kind;
    }

    public ReadOnlySpan<byte> ApiVersion { get; }

    public ReadOnlySpan<byte> Kind { get; }

    /// <summary>What stands before the slash of the apiVersion; empty for the core group.</summary>
    public ReadOnlySpan<byte> Group
    {
        get
        {
            var slash = ApiVersion.IndexOf((byte)'/');
            return slash < 0 ? default : ApiVersion[..slash];
        }
    }

    public static ObjectType Of(Field root)
    {
        var (apiVersion, kind) = (root[Name.ApiVersion], root[Name.Kind]);
        if (apiVersion.Exists || kind.Exists || root.Node == 0)
        {
            return new(apiVersion.IsString ? apiVersion.Utf8 : default, kind.IsString ? kind.Utf8 : default);
        }

        var list = root.Document.Root;
        var listKind = list[Name.Kind].Utf8;
        return new(
            list[Name.ApiVersion].Utf8,
            listKind.SequenceEqual("List"u8) ? default : listKind.EndsWith("List"u8) ? listKind[..^4] : listKind);
    }
}
