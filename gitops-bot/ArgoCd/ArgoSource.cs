using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>How a source becomes objects, as far as the Application says it; the folder itself may say otherwise.</summary>
internal enum ArgoRendering
{
    /// <summary>Files as they are, unless the folder holds a chart or a kustomization.</summary>
    Directory,
    Helm,
    Kustomize,
    Plugin,

    /// <summary>Makes no objects: other sources take their values from it.</summary>
    ValuesOnly,
}

/// <summary>One source of an Application.</summary>
/// <param name="Path">From the repository's root, without slashes around it; empty for the root. Null where it leads out of the repository.</param>
/// <param name="Revision">A branch, tag or commit; empty and <c>HEAD</c> for the default branch.</param>
internal sealed record ArgoSource(string RepoUrl, string? Path, string Revision, ArgoRendering Rendering)
{
    public bool Recurses { get; init; }

    public string Include { get; init; } = "";

    public string Exclude { get; init; } = "";

    /// <summary>The name by which other sources of the application refer to this one; empty for none.</summary>
    public string Ref { get; init; } = "";

    /// <summary>Files of values, as written: below the path, or <c>$ref/…</c>.</summary>
    public IReadOnlyList<string> ValueFiles { get; init; } = [];

    public bool IsHead => Revision is "" or "HEAD";

    public static ArgoSource Of(Field source)
    {
        var directory = source["directory"];
        var isChart = source["chart"].Text is { Length: > 0 };
        var reference = source["ref"].Text ?? "";
        var files = new List<string>();
        foreach (var file in source["helm"]["valueFiles"].Elements)
        {
            files.Add(file.Text ?? "");
        }

        return new(
            source["repoURL"].Text ?? "",
            PathInRepository(source[Name.Path].Text ?? ""),
            source["targetRevision"].Text ?? "",
            isChart || source["helm"].Exists ? ArgoRendering.Helm
                : source["kustomize"].Exists ? ArgoRendering.Kustomize
                : source["plugin"].Exists ? ArgoRendering.Plugin
                : reference.Length > 0 && source[Name.Path].Text is not { Length: > 0 } ? ArgoRendering.ValuesOnly
                : ArgoRendering.Directory)
        {
            Recurses = directory["recurse"].IsTrue,
            Include = directory["include"].Text ?? "",
            Exclude = directory["exclude"].Text ?? "",
            Ref = reference,
            ValueFiles = files,
        };
    }

    /// <summary>Whether a file of the repository is one of a plain directory's; null where include or exclude cannot be understood.</summary>
    public bool? Reads(string file) => HasExtension(file) ? Covers(file) : false;

    /// <summary>The same for a file of whatever form.</summary>
    public bool? Covers(string file)
    {
        if (Path is null || !IsBelow(file, Path))
        {
            return false;
        }

        var below = Path.Length == 0 ? file : file[(Path.Length + 1)..];
        if (!Recurses && below.Contains('/', StringComparison.Ordinal))
        {
            return false;
        }

        var isExcluded = Exclude.Length > 0 ? DirectoryPattern.IsMatch(Exclude, below) : false;
        var isIncluded = Include.Length > 0 ? DirectoryPattern.IsMatch(Include, below) : true;
        return isExcluded is null || isIncluded is null ? null : isIncluded.Value && !isExcluded.Value;
    }

    public static bool IsBelow(string file, string folder) =>
        folder.Length == 0 || (file.Length > folder.Length && file[folder.Length] == '/' && file.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Null for a path that leads out.</summary>
    public static string? PathInRepository(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count == 0)
            {
                return null;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    // As Argo CD looks for them; case counts. Jsonnet is rendered, and not for us.
    private static bool HasExtension(string file) =>
        file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal);
}
