using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// A bare clone: nothing is ever checked out by git, so that no filter, link, hook or submodule of the repository has its
/// hour. Commits are made of objects. In parts: Fetching, Reading, Committing, Pushing.
/// </summary>
internal sealed partial class Clone : IDisposable
{
    private const int MostPacks = 64;

    /// <summary>What git fetches if it is told nothing: not the server's main branch.</summary>
    private const string Nowhere = "refs/selfheal-none/none";

    private readonly GitProgram git;
    private readonly GitLimits limits;
    private readonly ClonePaths paths;
    private readonly GitCredential credential;
    private readonly FileStream held;

    internal Clone(GitProgram git, GitLimits limits, ClonePaths paths, RemoteUrl remote, GitCredential credential, FileStream held)
    {
        this.git = git;
        this.limits = limits;
        this.paths = paths;
        this.credential = credential;
        this.held = held;
        Remote = remote;
    }

    public RemoteUrl Remote { get; }

    public void Dispose() => held.Dispose();

    /// <summary>Whatever a killed process has left half done, away with it; then a clone that is whole, if an empty one.</summary>
    internal async Task Prepare(CancellationToken cancellationToken)
    {
        GitOrphan.End(paths.Running);
        if (Directory.Exists(paths.Temporary))
        {
            DeleteFolder(paths.Temporary);
        }

        CloneCache.CreatePrivate(paths.Temporary);
        if (Directory.Exists(paths.Folder))
        {
            foreach (var file in Directory.EnumerateFiles(paths.Folder, "*", SearchOption.AllDirectories)
                .Where(file => file.EndsWith(".lock", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("tmp_", StringComparison.Ordinal)).ToArray())
            {
                File.SetAttributes(file, FileAttributes.Normal);
                File.Delete(file);
            }

            // It is cheaper to fetch one commit again than to tidy up the packs of a partial clone.
            var packs = Path.Combine(paths.Folder, "objects", "pack");
            if (!File.Exists(paths.Lost) && Directory.Exists(packs) && Directory.EnumerateFiles(packs, "*.pack").Count() <= MostPacks && await IsWhole(cancellationToken))
            {
                return;
            }
        }

        await Renew(cancellationToken);
    }

    /// <summary>Whether git takes it for a repository, with settings that lead to the server and branches that can be read.</summary>
    private async Task<bool> IsWhole(CancellationToken cancellationToken)
    {
        var origin = await git.Run(Local("config", "--get", "remote.origin.url"), cancellationToken);
        if (origin.ExitCode != 0 || origin.Text.TrimEnd('\n') != Remote.Text)
        {
            return false;
        }

        var refs = await git.Run(Local("for-each-ref", "--format=%(objectname)"), cancellationToken);
        return refs.ExitCode == 0 && !refs.Error.Contains("broken ref", StringComparison.Ordinal);
    }

    private async Task Renew(CancellationToken cancellationToken)
    {
        var fresh = Path.Combine(paths.Temporary, Path.GetRandomFileName());
        await git.Ask(new(paths.Temporary, ["init", "--quiet", "--bare", "--template=", "--end-of-options", fresh], limits.LocalPatience), cancellationToken);
        Directory.CreateDirectory(Path.Combine(fresh, "objects", "pack"));
        await git.Ask(new(fresh, ["config", "remote.origin.url", Remote.Text], limits.LocalPatience), cancellationToken);
        await git.Ask(new(fresh, ["config", "remote.origin.fetch", $"{Nowhere}:{Nowhere}"], limits.LocalPatience), cancellationToken);
        if (Directory.Exists(paths.Folder))
        {
            Directory.Move(paths.Folder, Path.Combine(paths.Temporary, Path.GetRandomFileName()));
        }

        Directory.Move(fresh, paths.Folder);
        File.Delete(paths.Lost);
        missing.Clear();
    }

    private static string LocalRef(BranchName branch) => $"refs/selfheal/{CloneCache.Name(branch.Text)}";

    /// <summary>A full hash and nothing else: what is compared, stored and handed to git.</summary>
    private static bool IsHash(string commit) => commit.Length is 40 or 64 && commit.All(char.IsAsciiHexDigitLower);

    private static string Hash(string commit) => IsHash(commit)
        ? commit
        : throw new ArgumentException($"'{Printable.Of(commit)}' is not the full hash of a commit", nameof(commit));

    private GitRun Local(params string[] args) => new(paths.Folder, args, limits.LocalPatience);

    private async Task<GitEnd> Talk(TimeSpan patience, string[] args, CancellationToken cancellationToken, string input = "")
    {
        using var files = await CredentialFiles.Open(paths.Credentials, Remote, credential, cancellationToken);
        return await git.Run(new(paths.Folder, args, patience) { Protocol = Remote.Protocol, Credentials = files, Note = paths.Running, Input = Encoding.UTF8.GetBytes(input) }, cancellationToken);
    }

    /// <summary>Work without the server. A clone that turns out to have lost something is made anew when it is opened next.</summary>
    private async Task<GitEnd> Ask(GitRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await git.Ask(run, cancellationToken);
        }
        catch (GitException exception) when (exception.Failure.Problem == GitProblem.Corrupt)
        {
            throw Lost(exception.Message);
        }
    }

    private GitException Lost(string message)
    {
        File.WriteAllBytes(paths.Lost, []);
        return new GitException(GitProblem.Corrupt, message);
    }

    private async Task<string?> Resolve(string revision, CancellationToken cancellationToken)
    {
        var end = await git.Run(Local("rev-parse", "--quiet", "--verify", "--end-of-options", $"{revision}^{{commit}}"), cancellationToken);
        return end.ExitCode == 0 ? end.Text.TrimEnd() : null;
    }

    private static void DeleteFolder(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LinkTarget is null))
        {
            file.Attributes = FileAttributes.Normal;
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
