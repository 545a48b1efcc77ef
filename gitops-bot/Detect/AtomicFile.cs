namespace SelfHealGitOps.Bot.Detect;

/// <summary>Replaces a file's contents whole or not at all: a reader, or a crash, sees the old bytes or the new ones.</summary>
internal static class AtomicFile
{
    /// <summary>Keeps the file's mode, and its owner where the process may set it. The new bytes are on disk before the name changes.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
