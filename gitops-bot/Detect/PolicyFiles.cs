using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>Finds the policy file of a folder: the nearest one above, within its repository.</summary>
internal static class PolicyFiles
{
    public const string FileName = ".selfheal.yaml";

    /// <summary>The full path of the policy file in the folder or above it; null where there is none up to the root of the repository.</summary>
    /// <param name="folder">A real path.</param>
    public static string? Find(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Combine(at, FileName) is var file && File.Exists(file))
            {
                return file;
            }

            if (IsRepository(at))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Where a policy file for the folder belongs: in the root of its repository, or in the folder where that is in none.</summary>
    public static string PlaceFor(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (IsRepository(at))
            {
                return Path.Combine(at, FileName);
            }
        }

        return Path.Combine(folder, FileName);
    }

    /// <summary>The folder of a path that may be a file; its real path.</summary>
    public static string FolderOf(string path) => RealPath.Of(path) is var real && Directory.Exists(real) ? real : Path.GetDirectoryName(real) ?? real;

    public static SourceText Open(string path) =>
        new(Path.GetRelativePath(Directory.GetCurrentDirectory(), path).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes(path));

    /// <summary>The exemptions of a policy file.</summary>
    /// <exception cref="UsageException">The file has mistakes.</exception>
    public static ExemptionList ReadExemptions(SourceText source)
    {
        var problems = new PolicyProblems();
        var exemptions = ExemptionList.Empty;
        foreach (var reading in new ManifestReader().Read(source, isNamed: true).Take(1))
        {
            if (reading.Problem is { } problem)
            {
                throw new UsageException(Printable.Of($"{problem.File}:{problem.Line}:{problem.Column}: {problem.Message}"));
            }

            if (reading.Kind is DocumentKind.Manifest or DocumentKind.NotManifest)
            {
                exemptions = ExemptionList.Read(reading.Document.Root["exemptions"], problems);
            }
        }

        return problems.All.Count == 0
            ? exemptions
            : throw new UsageException(string.Join("\nselfheal: ", problems.All.Select(problem => Printable.Of(problem.ToString()))));
    }

    /// <summary>In a work tree of its own, <c>.git</c> is a file.</summary>
    private static bool IsRepository(string folder) => Path.Exists(Path.Combine(folder, ".git"));
}
