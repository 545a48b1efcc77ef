using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>
/// Takes a folder that is no repository into a bare one, so that there is a base to propose changes to. What was merged
/// there stays: a later import brings only what has changed in the folder since the last one. The folder itself is only read.
/// </summary>
internal sealed class FolderImport(string folder, string repository, TimeProvider clock)
{
    public const string Base = "main";

    private const string Imported = "refs/selfheal/imported";
    private const string Incoming = "refs/selfheal/incoming";
    private const int MostFiles = 50_000;
    private const int MostFileBytes = 4 << 20;
    private const long MostBytes = 256L << 20;

    /// <exception cref="UsageException">The folder is too large, or cannot be united with what was merged since.</exception>
    public void Run()
    {
        if (!Directory.Exists(Path.Combine(repository, "objects")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(repository)!);
            Ask(Path.GetDirectoryName(repository)!, ["init", "--quiet", "--bare", $"--initial-branch={Base}", "--template=", "--end-of-options", repository]);
        }

        var before = Resolve(Imported);
        Ask(repository, ["fast-import", "--quiet", "--force"], Stream(before));
        var incoming = Resolve(Incoming) ?? throw new IOException($"git fast-import left nothing in {repository}");
        var head = Resolve($"refs/heads/{Base}");
        var next = before is not null && head is not null && Tree(before) == Tree(incoming) ? head
            : head is null || head == before ? incoming
            : Merge(head, incoming);
        if (next == head)
        {
            Ask(repository, ["update-ref", "-d", Incoming]);
            return;
        }

        Ask(
            repository, ["update-ref", "--stdin"],
            Encoding.UTF8.GetBytes($"start\nupdate refs/heads/{Base} {next} {head ?? new string('0', next.Length)}\nupdate {Imported} {incoming}\ndelete {Incoming}\nprepare\ncommit\n"));
    }

    private string Merge(string head, string incoming)
    {
        var tree = new BareRepository(repository).WriteMergedTree(head, incoming) ?? throw new UsageException(
            $"{Printable.Of(folder)} has changed where something was merged in {Printable.Of(repository)} meanwhile; bring the merged changes into the folder first");
        return Ask(
            repository,
            ["-c", "user.name=selfheal", "-c", "user.email=selfheal@localhost.invalid", "-c", "commit.gpgSign=false", "commit-tree", tree, "-p", head, "-p", incoming, "-F", "-"],
            Encoding.UTF8.GetBytes($"Import {Printable.Of(folder)} again\n")).Text.TrimEnd();
    }

    private byte[] Stream(string? before)
    {
        var stream = new MemoryStream();
        var message = Encoding.UTF8.GetBytes($"Import {Printable.Of(folder)}\n");
        Text($"commit {Incoming}\ncommitter selfheal <selfheal@localhost.invalid> {clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000\n");
        Data(message);
        if (before is not null)
        {
            Text($"from {before}\n");
        }

        Text("deleteall\n");
        var files = 0;
        foreach (var (path, full) in Files(new DirectoryInfo(folder), ""))
        {
            if (++files > MostFiles || stream.Length > MostBytes)
            {
                throw new UsageException($"{Printable.Of(folder)} holds more than {MostFiles} files or {MostBytes >> 20} MiB; make it a git repository, and name that");
            }

            Text($"M 100644 inline {Quoted(path)}\n");
            Data(File.ReadAllBytes(full));
        }

        return stream.ToArray();

        void Text(string text) => stream.Write(Encoding.UTF8.GetBytes(text));

        void Data(byte[] bytes)
        {
            Text($"data {bytes.Length.ToString(CultureInfo.InvariantCulture)}\n");
            stream.Write(bytes);
            Text("\n");
        }
    }

    /// <summary>Regular files; no link is followed, and no repository within is entered.</summary>
    private static IEnumerable<(string Path, string Full)> Files(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = prefix + entry.Name;
            if (entry.LinkTarget is not null || GitPath.Objection(path) is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo below)
            {
                foreach (var file in Files(below, $"{path}/"))
                {
                    yield return file;
                }
            }
            else if (entry is FileInfo { Length: <= MostFileBytes } file && IsRegular(file))
            {
                yield return (path, file.FullName);
            }
        }
    }

    /// <summary>A pipe or a device has no length, as an empty file has none; neither is worth reading.</summary>
    private static bool IsRegular(FileInfo file) => file.Length > 0;

    private static string Quoted(string path)
    {
        var quoted = new StringBuilder("\"");
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            quoted.Append(b is (byte)'"' or (byte)'\\' ? $"\\{(char)b}" : b is >= 0x20 and < 0x7F ? $"{(char)b}" : $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}");
        }

        return quoted.Append('"').ToString();
    }

    private string? Resolve(string reference)
    {
        var found = GitCommand.Run(repository, ["rev-parse", "--quiet", "--verify", "--end-of-options", $"{reference}^{{commit}}"]);
        return found.ExitCode == 0 ? found.Text.TrimEnd() : null;
    }

    private string Tree(string commit) => Ask(repository, ["rev-parse", "--verify", "--end-of-options", $"{commit}^{{tree}}"]).Text.TrimEnd();

    private static GitOutput Ask(string folder, string[] args, byte[]? input = null)
    {
        var output = GitCommand.Run(folder, args, input);
        return output.ExitCode == 0 ? output : throw new IOException($"git {args[0]} ended with {output.ExitCode}: {output.Error}");
    }
}
