using System.Text;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// What one call of git gets to prove who we are: a file that only this user reads, gone when the call is over. git's own
/// helper <c>store</c> reads it and answers for exactly the one host it names. Nothing of it is in an argument, in a URL
/// or in the environment.
/// </summary>
internal sealed class CredentialFiles : IDisposable
{
    private readonly List<FileStream> files = [];

    private CredentialFiles()
    {
    }

    public Secrets Secrets { get; private set; } = Secrets.None;

    /// <summary>Settings of git, as <c>-c</c> takes them.</summary>
    public List<string> Settings { get; } = [];

    public Dictionary<string, string> Environment { get; } = [];

    /// <param name="folder">Where to put them; no other user can enter it.</param>
    /// <exception cref="GitException">There is no token or key to be had.</exception>
    public static async Task<CredentialFiles> Open(string folder, RemoteUrl remote, GitCredential credential, CancellationToken cancellationToken)
    {
        var files = new CredentialFiles();
        try
        {
            switch (credential)
            {
                case GitCredential.Token token when remote.IsHttp:
                    await files.Add(folder, remote, token, cancellationToken);
                    break;
                case GitCredential.SshKey key when remote.Protocol == "ssh":
                    await files.Add(folder, key, cancellationToken);
                    break;
                case GitCredential.None when remote.Protocol == "ssh":
                    throw new GitException(GitProblem.Authentication, $"{remote}: ssh wants a key file");
                case GitCredential.Token or GitCredential.SshKey when remote.Protocol != "file":
                    throw new GitException(GitProblem.Authentication, $"{remote}: the credentials are for another protocol than {remote.Protocol}");
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a killed process has left. A file in use is held, and stays.</summary>
    public static void Sweep(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            try
            {
                using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(path);
            }
            catch (IOException)
            {
                // Another call is using it.
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in files)
        {
            // By name: git's helper may have put another file in its place.
            File.Delete(file.Name);
            file.Dispose();
        }

        files.Clear();
    }

    private async Task Add(string folder, RemoteUrl remote, GitCredential.Token token, CancellationToken cancellationToken)
    {
        string secret;
        try
        {
            secret = await token.Ask(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new GitException(GitProblem.Authentication, $"{remote}: the token cannot be read: {exception.GetType().Name}");
        }

        if (secret.Length == 0 || secret.Any(c => c <= ' ' || c > '~'))
        {
            throw new GitException(GitProblem.Authentication, $"{remote}: the token is empty or has characters that no token has");
        }

        Secrets = Secrets.Of(token.User, secret);
        var uri = remote.Uri!;
        var line = $"{uri.Scheme}://{Uri.EscapeDataString(token.User)}:{Uri.EscapeDataString(secret)}@{uri.Authority}\n";
        var path = await Write(folder, Encoding.UTF8.GetBytes(line), cancellationToken);
        Settings.Add($"credential.helper=store --file={Quoted(path)}");
    }

    private async Task Add(string folder, GitCredential.SshKey key, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(key.KeyFile, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GitException(GitProblem.Authentication, $"the key file {key.KeyFile} cannot be read: {exception.GetType().Name}");
        }

        // A copy, since a mounted Secret is readable by a group, and ssh takes no such key.
        var path = await Write(folder, bytes, cancellationToken);
        Environment["GIT_SSH_VARIANT"] = "ssh";
        Environment["GIT_SSH_COMMAND"] = string.Join(' ',
        [
            "ssh -F /dev/null -a -x -T",
            $"-i {Quoted(Plain(path))}",
            "-o BatchMode=yes -o IdentitiesOnly=yes -o PreferredAuthentications=publickey -o StrictHostKeyChecking=yes",
            $"-o {Quoted($"UserKnownHostsFile=\"{Plain(key.KnownHostsFile)}\"")}",
            "-o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=3",
            "-o ClearAllForwardings=yes -o PermitLocalCommand=no -o ControlMaster=no",
        ]);
    }

    private async Task<string> Write(string folder, byte[] bytes, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        else
        {
            // There a share mode binds every process, git as well.
            options.Share = FileShare.ReadWrite | FileShare.Delete;
        }

        var file = new FileStream(Path.Combine(folder, Path.GetRandomFileName()), options);
        files.Add(file);
        await file.WriteAsync(bytes, cancellationToken);
        await file.FlushAsync(cancellationToken);
        return file.Name;
    }

    /// <summary>ssh puts other things in the place of %d and the like.</summary>
    private static string Plain(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>git hands both settings to a shell.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
