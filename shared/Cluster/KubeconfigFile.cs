using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Cluster;

/// <summary>One file of a kubeconfig, read but not judged: what nobody uses may be wrong.</summary>
internal sealed class KubeconfigFile
{
    private KubeconfigFile(string path, Field root)
    {
        Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        Root = root;
    }

    /// <summary>What relative paths in the file are relative to.</summary>
    public string Folder { get; }

    public Field Root { get; }

    public static KubeconfigFile? Read(string path, byte[] bytes, List<KubeconfigProblem> problems)
    {
        var source = new SourceText(path, bytes);
        var failures = new List<ReadFailure>();
        var document = PlainDocument.Read(source, failures);
        foreach (var failure in failures)
        {
            var (line, column) = source.Locate(Math.Min(failure.Offset, source.Length));
            problems.Add(new(path, line, column, "", failure.Message));
        }

        if (document is null || failures.Count > 0)
        {
            return null;
        }

        var file = new KubeconfigFile(path, document.Root);
        file.Check(problems);
        return file;
    }

    /// <summary>The value of an entry of a list of named ones; null where there is none of that name.</summary>
    public Field? Find(string list, string name, string value)
    {
        foreach (var entry in Root[list].Elements)
        {
            if (entry["name"].Text == name)
            {
                return entry[value];
            }
        }

        return null;
    }

    public IEnumerable<string> Names(string list)
    {
        foreach (var entry in Root[list].Elements)
        {
            yield return entry["name"].Text ?? "";
        }
    }

    private void Check(List<KubeconfigProblem> problems)
    {
        // An empty file is fine: kubectl makes such.
        if (Root.Exists && !Root.IsMap)
        {
            problems.Add(KubeconfigProblem.At(Root, $"{Seen.Of(Root)} is no kubeconfig; must be a map with clusters, users and contexts"));
            return;
        }

        if (Root["kind"].Text is { } kind && kind != "Config")
        {
            problems.Add(KubeconfigProblem.At(Root["kind"], $"'{kind}' is no kubeconfig; must be Config"));
        }

        foreach (var list in (string[])["clusters", "users", "contexts"])
        {
            if (Root[list] is { Exists: true, IsList: false } field)
            {
                problems.Add(KubeconfigProblem.At(field, $"{Seen.Of(field)} is no list; must be one"));
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in Root[list].Elements)
            {
                if (!names.Add(entry["name"].Text ?? ""))
                {
                    problems.Add(KubeconfigProblem.At(entry["name"], $"'{entry["name"].Text}' is there twice; give each its own name"));
                }
            }
        }
    }
}
