using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SelfHealGitOps.Manifests;

/// <summary>What came of reading an envelope: the document, or why there is none.</summary>
/// <param name="Offset">The byte at which reading ended; 0 where it succeeded.</param>
public readonly record struct EnvelopeReading(FlatDocument? Document, string? Problem, int Offset);

/// <summary>
/// Reads one JSON text that is no object of the Kubernetes API itself but holds some, such as an AdmissionReview. Strict:
/// duplicate keys, comments, trailing commas and text behind the value are errors. Reused; the document is the reader's own
/// and is refilled by the next text. One reader serves one thread.
/// </summary>
/// <param name="mostNodes">How many values and keys are read; each takes some fifty bytes.</param>
public sealed class EnvelopeReader(int mostNodes = ManifestReader.MaxNodes)
{
    private readonly FlatDocument document = new() { HasLines = false };
    private readonly JsonReader json = new(mostNodes);

    /// <summary>The nodes that the largest text so far has taken, so that whoever pools readers can let go of a swollen one.</summary>
    public int Capacity => document.Capacity;

    /// <param name="source">UTF-8; a byte order mark is an error, as RFC 8259 has it.</param>
    public EnvelopeReading Read(SourceText source)
    {
        if (!Utf8.IsValid(source.Bytes))
        {
            return new(null, "bytes that are no UTF-8", FirstInvalid(source.Bytes));
        }

        try
        {
            var end = json.Read(document, source, 0, 0);
            var rest = source.Bytes[end..].IndexOfAnyExcept(" \t\r\n"u8);
            return rest < 0
                ? new(document, null, 0)
                : new(null, "something stands behind the value", end + rest);
        }
        catch (ReadFailure failure)
        {
            return new(null, failure.Message, failure.Offset);
        }
    }

    /// <summary>Says which fields are objects, in the order in which they stand: paths and pointers of what is in one begin there.</summary>
    public void Enclose(params ReadOnlySpan<Field> objects)
    {
        document.Objects.Clear();
        foreach (var each in objects)
        {
            if (each.IsMap)
            {
                document.Objects.Add(each.Node);
            }
        }

        document.Objects.Sort();
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
