using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>The file that a baseline is read from or written to.</summary>
/// <param name="Name">As it stands on the command line.</param>
/// <param name="Path">A full path that leads through no link.</param>
internal sealed record BaselineFile(string Name, string Path)
{
    /// <exception cref="UsageException">There is no baseline to be had from the file.</exception>
    public static Baseline Read(string name)
    {
        try
        {
            using var stream = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var read = FileBytes.Read(stream);
            return read.IsTooLarge
                ? throw new UsageException($"the baseline {Printable.Of(name)} cannot be read: it has more than {ManifestReader.MaxFileBytes} bytes")
                : Baseline.Parse(name, read.Bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"the baseline {Printable.Of(name)} cannot be read: {Printable.Of(exception.Message)}");
        }
    }

    /// <summary>The place for a baseline: one that is there already may be replaced, and nothing else.</summary>
    /// <exception cref="UsageException">Something else is there, or nothing can be.</exception>
    public static BaselineFile ForWriting(string name)
    {
        if (name.Length == 0)
        {
            throw new UsageException("--write-baseline wants the name of a file");
        }

        var path = RealPath.Of(name);
        if (Directory.Exists(path) || (File.Exists(path) && new FileInfo(path).Attributes.HasFlag(FileAttributes.Device)))
        {
            throw new UsageException($"--write-baseline {Printable.Of(name)}: it is no file");
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
        {
            throw new UsageException($"--write-baseline {Printable.Of(name)}: there is no such folder");
        }

        if (File.Exists(path))
        {
            try
            {
                Read(path);
            }
            catch (UsageException exception)
            {
                throw new UsageException($"--write-baseline {Printable.Of(name)}: a file is there that is no baseline, and is not overwritten; {exception.Message}");
            }
        }

        return new(name, path);
    }

    public void Write(Baseline baseline)
    {
        if (File.Exists(Path))
        {
            AtomicFile.Replace(Path, baseline.ToBytes());
        }
        else
        {
            AtomicFile.Create(Path, baseline.ToBytes());
        }
    }
}
