using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>The log as JSON Lines in the state folder. Processes take turns by a lock file, which the operating system frees when its holder is killed.</summary>
internal sealed class AuditFile(string folder, TimeProvider clock) : IAuditLog
{
    public const string FileName = "audit.jsonl";

    /// <summary>
    /// How much of the end is read before something is added: for the head, and for events that come twice. One comes twice
    /// after a crash between the log and the store, so it is among the last few thousand.
    /// </summary>
    private const int Window = 1 << 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly string file = Path.Combine(Path.GetFullPath(folder), FileName);

    public async Task<IReadOnlyList<AuditEntry>> AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        StateFolder.Create(folder);
        try
        {
            await using var turn = await TakeTurnAsync(cancellationToken);
            using var log = Open();
            var length = RandomAccess.GetLength(log);
            var window = new byte[(int)Math.Min(length, Window)];
            await ReadAsync(log, window, length - window.Length, cancellationToken);
            var tail = AuditTail.Of(window, window.Length == length, file);
            var added = new List<AuditEntry>();
            var text = new StringBuilder();
            var last = tail.Last;
            if (!tail.Torn.IsEmpty)
            {
                Add(AuditGap.Of(tail.Torn.Span, FileName, clock.GetUtcNow()));
            }

            foreach (var @event in events)
            {
                if (window.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"id\":\"{@event.Id}\"")) < 0 && added.TrueForAll(entry => entry.Event.Id != @event.Id))
                {
                    Add(@event);
                }
            }

            if (added.Count > 0)
            {
                if (!tail.IsOnNewLine)
                {
                    text.Insert(0, '\n');
                }

                // One write, so that a kill leaves the lines, none, or a first part of them; and only then done when it is on the disk.
                await RandomAccess.WriteAsync(log, Encoding.ASCII.GetBytes(text.ToString()), length, CancellationToken.None);
                RandomAccess.FlushToDisk(log);
            }

            return added;

            void Add(AuditEvent @event)
            {
                (last, var line) = AuditEntry.After(last, @event);
                added.Add(last);
                text.Append(line).Append('\n');
            }
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not StoreException))
        {
            throw new StoreException($"the audit log {file} cannot be written: {exception.Message}; let this user write to the folder, or make room on its disk", exception);
        }
    }

    public async IAsyncEnumerable<AuditLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = OpenToRead();
        var rest = new ArrayBufferWriter<byte>();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            for (var start = 0; start < count;)
            {
                var length = buffer.AsSpan(start, count - start).IndexOf((byte)'\n');
                rest.Write(buffer.AsSpan(start, length < 0 ? count - start : length));
                if (length < 0)
                {
                    break;
                }

                yield return new(rest.WrittenSpan.ToArray(), IsEnded: true);
                rest.ResetWrittenCount();
                start += length + 1;
            }
        }

        if (rest.WrittenCount > 0)
        {
            yield return new(rest.WrittenMemory, IsEnded: false);
        }
    }

    private static async Task ReadAsync(SafeFileHandle log, Memory<byte> into, long offset, CancellationToken cancellationToken)
    {
        while (!into.IsEmpty)
        {
            var count = await RandomAccess.ReadAsync(log, into, offset, cancellationToken);
            if (count == 0)
            {
                throw new IOException("it became shorter while it was read");
            }

            (into, offset) = (into[count..], offset + count);
        }
    }

    private FileStream OpenToRead()
    {
        try
        {
            return new(file, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreException($"there is no audit log {file}: nothing was recorded there yet, or --state names another folder", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new StoreException($"the audit log {file} cannot be read: {exception.Message}; run it as the user of the bot", exception);
        }
    }

    private SafeFileHandle Open()
    {
        if (!File.Exists(file))
        {
            // By whoever has the turn, so it is not there a moment later either.
            new FileStream(file, Options(FileMode.CreateNew, FileShare.None)).Dispose();
        }

        return File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var path = $"{file}.lock";
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.None));
            }
            catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                if (clock.GetElapsedTime(since) > LongestWait)
                {
                    throw new StoreException($"another process has held {path} for {LongestWait.TotalSeconds:0} s; end it and run again", exception);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 15)), clock, cancellationToken);
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = StateFolder.FileMode;
        }

        return options;
    }
}
