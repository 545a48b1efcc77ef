using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>The events of a watch, one on each line.</summary>
internal sealed class WatchLines(Stream stream, int maxBytes)
{
    private readonly PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));

    /// <summary>The next event; null at the end.</summary>
    public async ValueTask<WatchEvent?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end);
                var isBlank = line.Length <= 1;
                var found = isBlank ? null : Parse(line);
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                if (!isBlank)
                {
                    return found;
                }
            }
            else if (read.Buffer.Length > maxBytes)
            {
                return new WatchEvent.Broken($"an event is longer than {maxBytes} bytes");
            }
            else if (read.IsCompleted)
            {
                return read.Buffer.IsEmpty ? null : new WatchEvent.Broken("the watch broke off within an event");
            }
            else
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
    }

    private static WatchEvent Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (JsonNode.Parse(ref json) is JsonObject told && told["object"] is JsonObject what)
            {
                told.Remove("object");
                switch (told.Text("type"))
                {
                    case "ADDED":
                        return new WatchEvent.Added(what);
                    case "MODIFIED":
                        return new WatchEvent.Modified(what);
                    case "DELETED":
                        return new WatchEvent.Deleted(what);
                    case "BOOKMARK":
                        return new WatchEvent.Bookmark(what.Text("metadata", "resourceVersion") ?? "");
                    case "ERROR":
                        return new WatchEvent.Error(ClusterStatus.Of(what, 500));
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // Told below. A duplicate key is an ArgumentException.
        }

        return new WatchEvent.Broken("the watch tells what is no event");
    }
}
