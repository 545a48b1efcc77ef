namespace SelfHealGitOps.Bot.Detect;

/// <summary>Writes a file whole or not at all: a reader, or a crash, sees the old bytes or the new ones.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Replaces the contents of a file and keeps its mode. The file becomes a new one under the old name: it belongs to
    /// the user of the process, and its other hard links keep the old contents.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The process may not write to the file, also where its folder would allow a new one.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            Write(path, bytes, null);
            return;
        }

        var mode = File.GetUnixFileMode(path);

        // Asks the operating system, which knows of owners, access lists and read-only file systems.
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite).Dispose();
        Write(path, bytes, mode);
    }

    /// <summary>Writes a file that was not there.</summary>
    public static void Create(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, null);

    private static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            // Until it has the mode of the file, nobody else reads what may be a secret.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = Open(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            if (mode is { } kept && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, kept);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The name of the temporary file is nobody's business, and another one every time.</summary>
    private static FileStream Open(string temporary, FileStreamOptions options)
    {
        try
        {
            return new FileStream(temporary, options);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException("the folder is read-only", exception);
        }
    }
}
