using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>The base branch of a repository as it is now, and what is wrong with it.</summary>
/// <param name="Branch">The base.</param>
/// <param name="Commit">What it is at.</param>
/// <param name="Refused">Paths that are left alone, with the reason: links, submodules, what is too large; and lines of CODEOWNERS.</param>
/// <param name="PolicyDigest">Of all that the verdict depends on besides the files: policy, rules and profile.</param>
internal sealed record BaseScan(
    BranchName Branch, string Commit, string Folder, ScanResult Result, ScanRequest Request, CodeOwners Owners, IReadOnlyList<RefusedPath> Refused, string PolicyDigest)
{
    /// <summary>The objects of all files.</summary>
    public ObjectSet Set => Result.Set ?? ObjectSet.Empty;

    /// <summary>All files of the repository, also those that the owner keeps out of the scan; listed when first asked.</summary>
    public RepositoryFiles Files { get => field ??= RepositoryFiles.OfRepository(Folder); init; }

    /// <summary>Brings the base here and judges all of it.</summary>
    /// <param name="known">What earlier passes have read; what this one reads is added.</param>
    /// <exception cref="GitException">The server or the repository does not let us.</exception>
    /// <exception cref="UsageException">The policy file has mistakes.</exception>
    public static async Task<BaseScan> RunAsync(Clone clone, BaseScanSettings settings, ReadFiles known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = settings.Name ?? clone.Remote.Text;
        var branch = settings.Base ?? await clone.DefaultBranch(cancellationToken)
            ?? throw new GitException(GitProblem.NotFound, $"{name}: there is no branch yet; push one, or name the base");
        var commit = await clone.Fetch(branch, cancellationToken) switch
        {
            FetchOutcome.Fetched fetched => fetched.Commit,
            FetchOutcome.Failed failed => throw new GitException(failed.Failure),
            _ => throw new GitException(GitProblem.NotFound, $"{name}: there is no branch {branch}"),
        };
        var scope = $"manifests v1 {CloneCache.Name(string.Join('\n', settings.Paths))}";
        var area = await clone.Materialize(branch, commit, scope, path => IsWanted(path, settings.Paths), cancellationToken);
        if (settings.PolicyFile is null && area.Refused.FirstOrDefault(path => path.Path == PolicySearch.FileName) is { } refused)
        {
            // Without it, what its owner has excluded or exempted would be mended.
            throw new UsageException($"{name}: {refused.Path} is {refused.Reason}, and is not used; it has to be a file");
        }

        var policyFile = settings.PolicyFile ?? (File.Exists(Path.Join(area.Folder, PolicySearch.FileName)) ? Path.Join(area.Folder, PolicySearch.FileName) : null);
        var policy = policyFile is null ? RepositoryPolicy.None : RepositoryPolicy.Read(policyFile, name, settings.PolicyFile ?? PolicySearch.FileName);
        var profile = settings.Profile ?? policy.Configuration.Profile;
        if (!policy.Configuration.HasProfile(profile))
        {
            throw new UsageException($"{name}: there is no profile {profile}; use one of {string.Join(", ", policy.Configuration.ProfileNames)}");
        }

        var excluded = policy.File is null || settings.PolicyFile is not null
            ? ExcludedPaths.Nothing
            : ExcludedPaths.Nothing.With(area.Folder, policy.Configuration.Exclude);
        var request = new ScanRequest
        {
            Rules = policy.Configuration.SetOf(profile),
            Settings = policy.Configuration.Settings,
            PolicyFile = policy.File,
            Excluded = settings.Exclude.Count == 0 ? excluded : excluded.With(area.Folder, settings.Exclude),
            Now = now,
            // What a change reaches is asked of them, by whichever rules they are judged.
            KeepsReadings = true,
            Known = known.Of(area),
        };
        var files = RepositoryFiles.OfRepository(area.Folder, request.Excluded);
        var result = RepositoryScan.Run(files, request, progress: null, cancellationToken);
        known.Keep(area, result.Readings!);
        var (owners, left) = OwnersIn(area, settings.CodeOwners, name);
        var scan = new BaseScan(branch, commit, area.Folder, result, request, owners, [.. area.Refused, .. left], DigestOf(policyFile, profile));

        // Where nothing is kept out, they have been listed already.
        return request.Excluded.IsEmpty ? scan with { Files = files } : scan;
    }

    /// <summary>The bytes of a file as the commit has them; null where there is none.</summary>
    public ReadOnlyMemory<byte>? BytesOf(string file)
    {
        var path = Path.Combine(Folder, file);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private static bool IsWanted(string path, IReadOnlyList<Glob> paths) =>
        (RepositoryFiles.HasExtension(path) && (paths.Count == 0 || paths.Any(glob => glob.IsMatch(path, isFolder: false)))) || path == PolicySearch.FileName || CodeOwnersPlace.IsOne(path);

    /// <summary>The first that is there, be it fit to be read or not: in place of it, no other one is taken.</summary>
    private static (CodeOwners Owners, IEnumerable<RefusedPath> Left) OwnersIn(WorkArea area, IReadOnlyList<CodeOwnersPlace> places, string name)
    {
        foreach (var place in places)
        {
            if (area.Refused.FirstOrDefault(path => path.Path == place.Path) is { } refused)
            {
                // Without it, others would be asked than those whom its owner has named.
                throw new UsageException($"{name}: {refused.Path} is {refused.Reason}, and is not used; it has to be a file");
            }

            var file = Path.Combine(area.Folder, place.Path);
            if (File.Exists(file))
            {
                var owners = CodeOwners.Parse(File.ReadAllText(file), place.IsRegexp);
                return (owners, owners.Problems.Select(problem => new RefusedPath(place.Path, problem)));
            }
        }

        return (CodeOwners.None, []);
    }

    private static string DigestOf(string? policyFile, string profile)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{profile}\n{Assembly.GetExecutingAssembly().GetName().Version}\n"));
        if (policyFile is not null)
        {
            hash.AppendData(File.ReadAllBytes(policyFile));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}

/// <summary>How the owner wants a repository to be judged.</summary>
/// <param name="Base">Null for the one that the server takes for its main one.</param>
/// <param name="PolicyFile">A full path to a policy of the bot's owner; null for the repository's own.</param>
/// <param name="Profile">Null for what the policy says.</param>
/// <param name="Exclude">From the repository's root.</param>
/// <param name="Paths">What is looked at alone; empty for everything.</param>
internal sealed record BaseScanSettings(BranchName? Base, string? PolicyFile, string? Profile, IReadOnlyList<Glob> Paths, IReadOnlyList<Glob> Exclude)
{
    /// <summary>Where its forge looks for who answers for which files; the first that is there holds.</summary>
    public IReadOnlyList<CodeOwnersPlace> CodeOwners { get; init; } = CodeOwnersPlace.Of(ForgeKind.Local);

    /// <summary>What messages call it; null for where it is cloned from.</summary>
    public string? Name { get; init; }
}
