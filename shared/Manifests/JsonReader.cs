using System.Text.Json;

namespace SelfHealGitOps.Manifests;

/// <summary>Fills a <see cref="FlatDocument"/> from JSON text, strictly: duplicate keys, comments and trailing commas are errors.</summary>
/// <param name="mostNodes">How many values and keys are read; a text that has more is refused.</param>
internal sealed class JsonReader(int mostNodes = ManifestReader.MaxNodes)
{
    private readonly DuplicateKeys duplicates = new();
    private readonly QuickJsonReader quick = new(new DuplicateKeys(), mostNodes);
    private readonly int[] open = new int[ManifestReader.MaxDepth];

    /// <summary>Reads the value that starts at <paramref name="start"/> and returns the offset after it.</summary>
    /// <exception cref="ReadFailure">Not JSON, nested too deep, or a key twice in one object.</exception>
    public int Read(FlatDocument document, SourceText source, int index, int start) =>
        quick.TryRead(document, source, index, start, out var end) ? end : ReadWithCare(document, source, index, start);

    /// <summary>The same, by the library's own reader, which knows what is wrong and where.</summary>
    internal int ReadWithCare(FlatDocument document, SourceText source, int index, int start)
    {
        document.Reset(source, index, start, source.Length, isJson: true);
        var reader = new Utf8JsonReader(
            source.Bytes[start..], new JsonReaderOptions { MaxDepth = ManifestReader.MaxDepth, AllowMultipleValues = true });
        var depth = 0;
        try
        {
            while (reader.Read())
            {
                depth = Take(document, ref reader, start, depth);
                if (depth == 0)
                {
                    return start + (int)reader.BytesConsumed;
                }
            }
        }
        catch (JsonException exception)
        {
            var code = depth >= ManifestReader.MaxDepth ? ProblemCode.TooDeep : ProblemCode.Syntax;
            throw new ReadFailure(code, start + (int)reader.BytesConsumed, Reason(exception));
        }

        throw new ReadFailure(ProblemCode.Syntax, source.Length, "the text ends before its value does");
    }

    private int Take(FlatDocument document, ref Utf8JsonReader reader, int start, int depth)
    {
        var at = start + (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                open[depth] = Add(document, depth, new Node
                {
                    Kind = reader.TokenType == JsonTokenType.StartObject ? NodeKind.Map : NodeKind.List,
                    Style = NodeStyle.Flow,
                    Start = at,
                });
                return depth + 1;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                ref var closed = ref document[open[depth - 1]];
                closed.End = at + 1;
                closed.Next = document.Count;
                if (closed.Kind == NodeKind.Map)
                {
                    duplicates.Check(document, open[depth - 1], null);
                }

                return depth - 1;
            case JsonTokenType.PropertyName:
                var key = document.Add(TextNode(document, ref reader, at, NodeKind.Key));
                ref var keyNode = ref document[key];
                keyNode.Count = NameTable.Hash(document.Text(key));
                keyNode.Name = NameTable.Find(document.Text(key), keyNode.Count);
                return depth;
            case JsonTokenType.String:
                Add(document, depth, TextNode(document, ref reader, at, NodeKind.String));
                return depth;
            case JsonTokenType.Number when !double.IsFinite(reader.GetDouble()):
                throw new ReadFailure(ProblemCode.BadValue, at, "the number is larger than any that a decoder holds");
            default:
                Add(document, depth, new Node
                {
                    Kind = reader.TokenType switch
                    {
                        JsonTokenType.Number => NodeKind.Number,
                        JsonTokenType.Null => NodeKind.Null,
                        _ => NodeKind.Boolean,
                    },
                    Start = at,
                    End = at + reader.ValueSpan.Length,
                    TextStart = at,
                    TextLength = reader.ValueSpan.Length,
                });
                return depth;
        }
    }

    private static Node TextNode(FlatDocument document, ref Utf8JsonReader reader, int at, NodeKind kind)
    {
        var node = new Node
        {
            Kind = kind,
            Style = NodeStyle.DoubleQuoted,
            Start = at,
            End = at + reader.ValueSpan.Length + 2,
            TextStart = at + 1,
            TextLength = reader.ValueSpan.Length,
        };
        if (reader.ValueIsEscaped)
        {
            (node.TextStart, node.TextLength) = JsonText.Unescape(document, ref reader);
            node.Flags = NodeFlags.InArena;
        }

        return node;
    }

    private int Add(FlatDocument document, int depth, Node node)
    {
        if (document.Count >= mostNodes)
        {
            throw new ReadFailure(ProblemCode.TooLarge, node.Start, $"more than {mostNodes} values in one document");
        }

        if (depth > 0)
        {
            document[open[depth - 1]].Count++;
        }

        node.Next = document.Count + 1;
        return document.Add(node);
    }

    private static string Reason(JsonException exception)
    {
        // The library appends a position that counts from the document; ours counts from the file.
        var message = exception.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (position < 0 ? message : message[..position]).TrimEnd('.');
        return reason.Length == 0 ? "not JSON" : char.ToLowerInvariant(reason[0]) + reason[1..];
    }
}
