using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// Reads kubeconfig files as kubectl does: several are merged, the first that says something is heard; paths are relative to
/// the file that names them. Only what the context uses is judged. Not supported, and refused: <c>auth-provider</c>,
/// user name and password, plugins that want a terminal. Files it names are read now; of those, only <c>tokenFile</c> is
/// read again.
/// Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
/// </summary>
public static class Kubeconfig
{
    /// <summary>The files of <c>KUBECONFIG</c>; without that, the one in the home folder.</summary>
    /// <param name="variable">Value of KUBECONFIG; null where it is not set.</param>
    public static IReadOnlyList<string> Paths(string? variable) =>
        variable?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray() is { Length: > 0 } paths
            ? paths
            : [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")];

    /// <summary>Reads the files that the environment names.</summary>
    /// <param name="context">Null for the current one.</param>
    public static KubeconfigReading Load(string? context = null) => Load(Paths(Environment.GetEnvironmentVariable("KUBECONFIG")), context);

    /// <param name="paths">Those that are not there are passed over, as long as one is.</param>
    /// <param name="context">Null for the current one.</param>
    public static KubeconfigReading Load(IReadOnlyList<string> paths, string? context = null)
    {
        var problems = new List<KubeconfigProblem>();
        var files = new List<KubeconfigFile>();
        var found = 0;
        foreach (var path in paths)
        {
            try
            {
                if (File.Exists(path))
                {
                    found++;
                    if (KubeconfigFile.Read(path, File.ReadAllBytes(path), problems) is { } file)
                    {
                        files.Add(file);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add(new(path, 0, 0, "", $"cannot be read: {exception.Message}"));
            }
        }

        if (found == 0 && problems.Count == 0)
        {
            problems.Add(new(string.Join(Path.PathSeparator, paths), 0, 0, "", "there is no such file; set KUBECONFIG to a kubeconfig, or make one with your cluster's tool"));
        }

        return problems.Count > 0 ? new KubeconfigReading.Refused(problems) : Choose(files, context, problems);
    }

    private static KubeconfigReading Choose(List<KubeconfigFile> files, string? wanted, List<KubeconfigProblem> problems)
    {
        var name = wanted ?? files.Select(file => file.Root["current-context"].Text).FirstOrDefault(text => !string.IsNullOrEmpty(text));
        var shown = files[0].Root.Document.Source.File;
        if (name is null)
        {
            problems.Add(new(shown, 0, 0, "current-context", $"is not set; name a context ({Known(files, "contexts")}), or run kubectl config use-context"));
            return new KubeconfigReading.Refused(problems);
        }

        if (Find(files, "contexts", name, "context") is not { } context)
        {
            problems.Add(new(shown, 0, 0, wanted is null ? "current-context" : "contexts", $"there is no context '{name}'; there are: {Known(files, "contexts")}"));
            return new KubeconfigReading.Refused(problems);
        }

        var clusterName = context.Value["cluster"].Text ?? "";
        var userName = context.Value["user"].Text ?? "";
        var cluster = Find(files, "clusters", clusterName, "cluster");
        if (cluster is null)
        {
            problems.Add(KubeconfigProblem.At(context.Value["cluster"], $"there is no cluster '{clusterName}'; there are: {Known(files, "clusters")}"));
        }

        var user = Find(files, "users", userName, "user");
        if (user is null && userName.Length > 0)
        {
            problems.Add(KubeconfigProblem.At(context.Value["user"], $"there is no user '{userName}'; there are: {Known(files, "users")}"));
        }

        if (cluster is null || (user is null && userName.Length > 0))
        {
            return new KubeconfigReading.Refused(problems);
        }

        var reader = new KubeconfigEntryReader(problems);
        var access = reader.ReadCluster(cluster);
        if (access is not null && user is not null)
        {
            access = reader.ReadUser(user, cluster, access);
        }

        return problems.Count > 0 || access is null
            ? new KubeconfigReading.Refused(problems)
            : new KubeconfigReading.Accepted(
                access with { DefaultNamespace = context.Value["namespace"].Text is { Length: > 0 } text ? text : "default" }, name);
    }

    private static KubeconfigEntry? Find(List<KubeconfigFile> files, string list, string name, string value)
    {
        foreach (var file in files)
        {
            if (file.Find(list, name, value) is { } field)
            {
                return new(file, field);
            }
        }

        return null;
    }

    private static string Known(List<KubeconfigFile> files, string list)
    {
        var names = files.SelectMany(file => file.Names(list)).Distinct(StringComparer.Ordinal).Take(20).ToArray();
        return names.Length == 0 ? "none" : string.Join(", ", names.Select(Excerpt.Of));
    }
}

/// <summary>A cluster, a user or a context, and the file that it is from.</summary>
internal sealed record KubeconfigEntry(KubeconfigFile File, Field Value);
