using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Fills a <see cref="FlatDocument"/> from the events of the YAML parser. Typing, duplicate keys, aliases, merge keys
/// and bounds are ours; the grammar is the library's.
/// </summary>
internal sealed class YamlReader
{
    private static readonly System.Buffers.SearchValues<byte> ControlCharacters = System.Buffers.SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\v\f\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F"u8);

    private readonly Dictionary<string, int> anchors = new(StringComparer.Ordinal);

    /// <summary>The same in the order of the nodes, with those that a later anchor of the name has replaced.</summary>
    private readonly List<(string Name, int At)> anchorPlaces = [];
    private readonly KeyComparer keysOf = new();
    private readonly Open[] open = new Open[ManifestReader.MaxDepth];
    private readonly DuplicateKeys duplicates = new();
    private List<ReadFailure>? faults;
    private char[] text = new char[16 * 1024];
    private FlatDocument document = null!;
    private OffsetMap offsets;
    private int depth;
    private int lastEnd;

    /// <param name="forgiven">
    /// Null for a document as the API server's clients read it. Else it takes the duplicate keys, so that one mistake does
    /// not hide the next, and nothing may follow the end of the root.
    /// </param>
    /// <exception cref="ReadFailure">The bytes are not one YAML document that the API server would read.</exception>
    public void Read(FlatDocument into, SourceText source, DocumentSpan span, List<ReadFailure>? forgiven = null)
    {
        faults = forgiven;
        span = span with { Start = SkipSeparator(source.Bytes, span) };
        document = into;
        document.Reset(source, span.Index, span.Start, span.End, isJson: false);
        anchors.Clear();
        anchorPlaces.Clear();
        keysOf.Document = into;
        depth = 0;
        lastEnd = span.Start;

        var length = Decode(source, span);
        try
        {
            var parser = new Parser(new Scanner(new SliceReader(text, length), skipComments: true));
            while (parser.MoveNext() && !(parser.Current is DocumentEnd && document.Count > 0 && faults is null))
            {
                Take(parser.Current!);
            }
        }
        catch (YamlException) when (document.Count > 0 && depth == 0 && faults is null)
        {
            // What follows the end of the root is never read: kubectl stops there, too.
        }
        catch (YamlException exception)
        {
            // Of a tab that indents, the parser says where the mapping around it begins.
            var at = exception.Message.Contains("tab as indentation", StringComparison.Ordinal) ? IndentingTab(exception.Start.Index, length) : exception.Start.Index;
            throw new ReadFailure(ProblemCode.Syntax, offsets.ToByte(at), Reason(exception));
        }
        catch (InvalidOperationException)
        {
            // The scanner's own, and its message says nothing of the text.
            throw new ReadFailure(ProblemCode.Syntax, lastEnd, "a bracket behind this place does not pair, or a text is indented less than the brackets around it");
        }
    }

    /// <summary>
    /// The decoder never sees the line that separates documents, nor a byte order mark after it; so a comment may touch
    /// the dashes. Where the line holds more than a comment, the parser sees all of it.
    /// </summary>
    private static int SkipSeparator(ReadOnlySpan<byte> bytes, DocumentSpan span)
    {
        var start = span.Start;
        if (bytes[start..].StartsWith("---"u8))
        {
            var newline = bytes[start..span.End].IndexOf((byte)'\n');
            var rest = bytes[(start + 3)..(newline < 0 ? span.End : start + newline)].Trim(" \t\r"u8);
            if (rest.IsEmpty || rest[0] == '#')
            {
                start = newline < 0 ? span.End : start + newline + 1;
            }
        }

        return bytes[start..].StartsWith("\uFEFF"u8) ? start + 3 : start;
    }

    /// <summary>The first tab from there on that has nothing but blanks before it on its line, and something behind it.</summary>
    private int IndentingTab(long start, int length)
    {
        for (var line = (int)start; line < length; line++)
        {
            var rest = text.AsSpan(line, length - line);
            var end = rest.IndexOf('\n');
            var indented = (end < 0 ? rest : rest[..end]).TrimEnd();
            var blanks = indented.IndexOfAnyExcept(' ');
            if (blanks >= 0 && indented[blanks] == '\t')
            {
                return line + blanks;
            }

            line += end < 0 ? rest.Length : end;
        }

        return (int)start;
    }

    private static string Reason(YamlException exception)
    {
        var message = exception.Message;
        return message.Length == 0 ? "not YAML" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
    }

    private int Decode(SourceText source, DocumentSpan span)
    {
        var bytes = source.Bytes[span.Start..span.End];
        if (text.Length <= bytes.Length)
        {
            text = new char[Math.Max(bytes.Length + 1, text.Length * 2)];
        }

        if (bytes.IndexOfAny(ControlCharacters) is >= 0 and var control)
        {
            // The parser takes some of them, and a NUL for the end of the text; the API server's decoder takes none.
            throw new ReadFailure(ProblemCode.Syntax, span.Start + control, $"the control character U+{bytes[control]:X4} is not allowed in YAML");
        }

        var isAscii = Ascii.IsValid(bytes);
        var length = isAscii ? Encoding.ASCII.GetChars(bytes, text) : Encoding.UTF8.GetChars(bytes, text);
        offsets = new OffsetMap(text, length, span.Start, isAscii);
        document.IsReadOnly |= !isAscii && text.AsSpan(0, length).IndexOfAny('\u0085', '\u2028', '\u2029') >= 0;

        // As kubectl does: a block scalar that ends the file has its last line's end even where the file has none.
        if (length > 0 && text[length - 1] == '\n')
        {
            return length;
        }

        text[length] = '\n';
        return length + 1;
    }

    private void Take(ParsingEvent parsingEvent)
    {
        switch (parsingEvent)
        {
            case YamlDotNet.Core.Events.Scalar scalar:
                TakeScalar(scalar);
                break;
            case MappingStart start:
                Begin(NodeKind.Map, start, start.Style == MappingStyle.Flow);
                break;
            case SequenceStart start:
                Begin(NodeKind.List, start, start.Style == SequenceStyle.Flow);
                break;
            case MappingEnd or SequenceEnd:
                Finish(parsingEvent);
                break;
            case AnchorAlias alias:
                TakeAlias(alias);
                break;
        }
    }

    private void TakeScalar(YamlDotNet.Core.Events.Scalar scalar)
    {
        var end = offsets.ToByte(scalar.End.Index);
        var start = offsets.ToByte(scalar.Start.Index);
        var flags = Properties(scalar);
        var value = scalar.Value;
        var style = Style(scalar.Style);
        if ((flags & NodeFlags.HasProperties) != 0 || scalar.Start.Index == scalar.End.Index)
        {
            (start, end) = ValueSpan(scalar, style, start, end);
        }

        var node = new Node { Style = style, Start = start, End = end, Flags = flags, Count = 0 };
        var quotes = style is NodeStyle.SingleQuoted or NodeStyle.DoubleQuoted ? 1 : 0;
        if (style < NodeStyle.Literal && scalar.Start.Line == scalar.End.Line && Stands(value, start + quotes, end - quotes))
        {
            (node.TextStart, node.TextLength) = (start + quotes, end - start - (2 * quotes));
        }
        else
        {
            (node.TextStart, node.TextLength) = document.Keep(value);
            node.Flags |= NodeFlags.InArena;
        }

        lastEnd = end;
        if (ExpectsKey)
        {
            TakeKey(node, scalar);
            return;
        }

        var at = AddValue(node, scalar.Anchor);
        document[at].Kind = Resolve(at, scalar);
    }

    private bool ExpectsKey => depth > 0 && open[depth - 1].IsMap && !open[depth - 1].HasKey;

    private void TakeKey(Node node, YamlDotNet.Core.Events.Scalar scalar)
    {
        var at = document.Add(node);
        if (!scalar.Anchor.IsEmpty)
        {
            AddAnchor(scalar.Anchor.Value, at);
        }

        ref var key = ref document[at];
        var text = document.Text(at);
        var isMerge = YamlTag.IsMerge(scalar);
        if (!isMerge && (YamlScalar.IsNotFinite(text) && scalar.Style == ScalarStyle.Plain ? NodeKind.Number : Resolve(at, scalar)) is var kind and not NodeKind.String)
        {
            throw new ReadFailure(
                ProblemCode.NonStringKey,
                node.Start,
                $"the key {(text.IsEmpty ? "(empty)" : $"'{scalar.Value}'")} is read as {Described(kind)}; quote it");
        }

        if (scalar.Style == ScalarStyle.Plain && text.StartsWith("?"u8) && document[open[depth - 1].Node].Style == NodeStyle.Flow)
        {
            throw new ReadFailure(ProblemCode.Syntax, node.Start, "decoders disagree about a '?' before a key in braces; quote the key");
        }

        text = document.Text(at);
        key.Kind = NodeKind.Key;
        key.Count = NameTable.Hash(text);
        key.Name = NameTable.Find(text, key.Count);
        ref var parent = ref open[depth - 1];
        parent.HasKey = true;
        parent.MergeKey = isMerge ? at : -1;
    }

    private static string Described(NodeKind kind) => kind switch
    {
        NodeKind.Boolean => "a boolean",
        NodeKind.Number => "a number",
        _ => "null",
    };

    private void Begin(NodeKind kind, NodeEvent start, bool isFlow)
    {
        if (ExpectsKey)
        {
            throw new ReadFailure(ProblemCode.NonStringKey, offsets.ToByte(start.Start.Index), "a map or a list cannot be a key");
        }

        if (depth >= ManifestReader.MaxDepth)
        {
            throw new ReadFailure(
                ProblemCode.TooDeep, offsets.ToByte(start.Start.Index), $"nested more than {ManifestReader.MaxDepth} levels deep");
        }

        var flags = Properties(start);
        var at = AddValue(
            new Node
            {
                Kind = kind,
                Style = isFlow ? NodeStyle.Flow : NodeStyle.Block,
                Start = offsets.ToByte(start.Start.Index),
                Flags = flags,
            },
            start.Anchor);
        if ((flags & NodeFlags.HasProperties) != 0)
        {
            document[at].Start = SkipProperties(document[at].Start);
        }

        lastEnd = document[at].Start + (isFlow ? 1 : 0);
        open[depth++] = new Open { Node = at, IsMap = kind == NodeKind.Map, MergeKey = -1 };
    }

    private void Finish(ParsingEvent end)
    {
        var closed = open[--depth];
        ref var node = ref document[closed.Node];
        if (node.Style == NodeStyle.Flow)
        {
            // The mark of a flow collection's end stands at its bracket.
            lastEnd = offsets.ToByte(end.Start.Index) + 1;
        }

        node.End = lastEnd;
        node.Next = document.Count;
        if (closed.IsMap)
        {
            if (closed.Merges is { } merges)
            {
                MergeInto(closed.Node, merges);
            }
            else
            {
                duplicates.Check(document, closed.Node, null, faults);
            }
        }

        if (node.Count == 0 && node.Style == NodeStyle.Block)
        {
            node.End = node.Start;
        }

        Done(closed.Node);
    }

    private void TakeAlias(AnchorAlias alias)
    {
        var start = offsets.ToByte(alias.Start.Index);
        lastEnd = offsets.ToByte(alias.End.Index);
        if (!anchors.TryGetValue(alias.Value.Value, out var anchored))
        {
            throw new ReadFailure(ProblemCode.UnknownAlias, start, $"the alias *{alias.Value} names no anchor above it");
        }

        if (ExpectsKey)
        {
            throw new ReadFailure(ProblemCode.NonStringKey, start, $"the alias *{alias.Value} cannot be a key; write the key out");
        }

        if (IsOpen(anchored))
        {
            throw new ReadFailure(ProblemCode.UnknownAlias, start, $"the alias *{alias.Value} lies inside its own anchor");
        }

        document[anchored].Flags |= NodeFlags.Anchored;
        var copy = Copy(anchored, NodeFlags.Aliased, start);
        if (document[copy].Kind == NodeKind.Key)
        {
            document[copy].Kind = NodeKind.String;
            document[copy].Next = copy + 1;
            document[copy].Count = 0;
        }

        Count();
        Done(copy);
    }

    private bool IsOpen(int node)
    {
        for (var i = 0; i < depth; i++)
        {
            if (open[i].Node == node)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Appends a copy of a subtree and returns its root; its spans stay those of the original.</summary>
    private int Copy(int from, NodeFlags flags, int blame)
    {
        var to = document.Count;
        var next = document[from].Kind == NodeKind.Key ? from + 1 : document[from].Next;
        if (to + (next - from) > ManifestReader.MaxNodes)
        {
            throw new ReadFailure(
                ProblemCode.TooLarge, blame, $"its aliases expand to more than {ManifestReader.MaxNodes} values");
        }

        for (var i = from; i < next; i++)
        {
            var node = document[i];
            node.Next = node.Kind == NodeKind.Key ? document.Count + 1 : node.Next + to - from;
            node.Flags = (node.Flags & ~NodeFlags.Anchored) | flags;
            document.Add(node);
        }

        return to;
    }

    private int AddValue(Node node, AnchorName anchor)
    {
        if (document.Count >= ManifestReader.MaxNodes)
        {
            throw new ReadFailure(ProblemCode.TooLarge, node.Start, $"more than {ManifestReader.MaxNodes} values in one document");
        }

        node.Next = document.Count + 1;
        var at = document.Add(node);
        if (!anchor.IsEmpty)
        {
            AddAnchor(anchor.Value, at);
        }

        Count();
        if (node.Kind is not (NodeKind.Map or NodeKind.List))
        {
            Done(at);
        }

        return at;
    }

    /// <summary>One more value in the innermost open collection.</summary>
    private void Count()
    {
        if (depth > 0)
        {
            document[open[depth - 1].Node].Count++;
        }
    }

    /// <summary>A value is complete: the entry it belongs to is, too.</summary>
    private void Done(int value)
    {
        if (depth == 0 || !open[depth - 1].IsMap)
        {
            return;
        }

        ref var parent = ref open[depth - 1];
        if (parent.MergeKey >= 0)
        {
            (parent.Merges ??= []).Add((parent.MergeKey, value));
            parent.MergeKey = -1;
        }

        parent.HasKey = false;
    }

    /// <summary>
    /// Replaces the merge keys of a map by the entries they bring, as the API server's decoder does: in place. A merged
    /// entry wins over one that stands before the merge key and loses to one after it; of several sources in a list the
    /// first wins. Entries that lost are taken out, so that a map holds each key once.
    /// </summary>
    private void MergeInto(int map, List<(int Key, int Value)> merges)
    {
        duplicates.Check(document, map, merges);
        document[map].Flags |= NodeFlags.HasMergeKey;
        var own = new HashSet<int>(keysOf);
        for (var key = map + 1; key < document.Count; key = document[key + 1].Next)
        {
            own.Add(key);
        }

        var appended = new HashSet<int>(keysOf);
        var removals = new List<(int From, int To)>();
        foreach (var (mergeKey, value) in merges)
        {
            foreach (var source in Sources(value, document[mergeKey].Start))
            {
                var entry = source + 1;
                for (var left = document[source].Count; left > 0; left--)
                {
                    var isOwn = own.TryGetValue(entry, out var earlier);
                    if (!(isOwn && earlier > mergeKey) && !appended.Contains(entry))
                    {
                        appended.Add(Copy(entry, NodeFlags.Merged, document[mergeKey].Start));
                        Copy(entry + 1, NodeFlags.Merged, document[mergeKey].Start);
                        document[map].Count++;
                        if (isOwn)
                        {
                            removals.Add((earlier, document[earlier + 1].Next));
                        }
                    }

                    entry = document[entry + 1].Next;
                }
            }

            removals.Add((mergeKey, document[value].Next));
        }

        document[map].Next = document.Count;
        document[map].Count -= removals.Count;
        removals.Sort();
        MoveAnchors(map, document.RemoveRanges(map, removals));
    }

    /// <summary>Follows the nodes that moved up, and forgets the anchors of those that are gone.</summary>
    private void MoveAnchors(int from, int[] gone)
    {
        var tail = anchorPlaces.Count;
        while (tail > 0 && anchorPlaces[tail - 1].At >= from)
        {
            tail--;
        }

        var kept = tail;
        for (var i = tail; i < anchorPlaces.Count; i++)
        {
            var (name, at) = anchorPlaces[i];
            if (!anchors.TryGetValue(name, out var current) || current != at)
            {
                continue;
            }

            if (gone[at - from + 1] > gone[at - from])
            {
                anchors.Remove(name);
                continue;
            }

            anchors[name] = at - gone[at - from];
            anchorPlaces[kept++] = (name, anchors[name]);
        }

        anchorPlaces.RemoveRange(kept, anchorPlaces.Count - kept);
    }

    private void AddAnchor(string name, int at)
    {
        anchors[name] = at;
        anchorPlaces.Add((name, at));
    }

    private List<int> Sources(int value, int blame)
    {
        if (document[value].Kind == NodeKind.Map)
        {
            return [value];
        }

        var sources = new List<int>();
        if (document[value].Kind == NodeKind.List)
        {
            foreach (var element in new Field(document, value).Elements)
            {
                if (!element.IsMap)
                {
                    throw new ReadFailure(ProblemCode.BadValue, blame, "a merge key takes a map, or a list of maps");
                }

                sources.Add(element.Node);
            }

            return sources;
        }

        throw new ReadFailure(ProblemCode.BadValue, blame, "a merge key takes a map, or a list of maps");
    }

    private NodeKind Resolve(int at, YamlDotNet.Core.Events.Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        if (tag.Length == 0)
        {
            var kind = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty ? YamlScalar.Resolve(document.Text(at)) : NodeKind.String;
            return kind == NodeKind.String && scalar.Style == ScalarStyle.Plain && YamlScalar.IsNotFinite(document.Text(at))
                ? throw new ReadFailure(ProblemCode.BadValue, document[at].Start, $"'{scalar.Value}' has no form in JSON; quote it")
                : kind;
        }

        return YamlTag.Resolve(tag, document, at);
    }

    private static NodeStyle Style(ScalarStyle style) => style switch
    {
        ScalarStyle.SingleQuoted => NodeStyle.SingleQuoted,
        ScalarStyle.DoubleQuoted => NodeStyle.DoubleQuoted,
        ScalarStyle.Literal => NodeStyle.Literal,
        ScalarStyle.Folded => NodeStyle.Folded,
        _ => NodeStyle.Plain,
    };

    private static NodeFlags Properties(NodeEvent node) =>
        (node.Anchor.IsEmpty ? NodeFlags.None : NodeFlags.HasProperties)
        | (node.Tag.IsEmpty ? NodeFlags.None : NodeFlags.Tagged | NodeFlags.HasProperties);

    /// <summary>True when the source holds the value's text literally between two offsets; every escape and fold is longer or shorter.</summary>
    private bool Stands(string value, int start, int end)
    {
        if (start > end)
        {
            return false;
        }

        var source = document.Source.Bytes[start..end];
        return source.Length == value.Length ? IsSame(source, value) : source.Length == Encoding.UTF8.GetByteCount(value) && IsSame(source, value);
    }

    private static bool IsSame(ReadOnlySpan<byte> source, string value)
    {
        if (source.Length == value.Length)
        {
            return Ascii.Equals(source, value);
        }

        Span<byte> utf8 = source.Length <= 512 ? stackalloc byte[source.Length] : new byte[source.Length];
        return Encoding.UTF8.TryGetBytes(value, utf8, out var length) && length == source.Length && utf8.SequenceEqual(source);
    }

    /// <summary>Where a value stands without its anchor and tag; for an empty one, right after what introduces it.</summary>
    private (int Start, int End) ValueSpan(YamlDotNet.Core.Events.Scalar scalar, NodeStyle style, int start, int end)
    {
        if (scalar.Value.Length == 0 && style == NodeStyle.Plain)
        {
            RefuseColonWithoutBlank();
            var at = scalar.Tag.IsEmpty && scalar.Anchor.IsEmpty ? AfterIndicator(lastEnd, start) : EndOfProperties(start);
            return (at, at);
        }

        return (SkipProperties(start), end);
    }

    /// <summary>In <c>[a:, b]</c>, the API server's decoder takes the colon for part of the text, and our parser for the end of a key.</summary>
    private void RefuseColonWithoutBlank()
    {
        var bytes = document.Source.Bytes;
        if (depth > 0 && document[open[depth - 1].Node].Style == NodeStyle.Flow
            && lastEnd + 1 < bytes.Length && bytes[lastEnd] == ':' && bytes[lastEnd + 1] is (byte)',' or (byte)']' or (byte)'}'
            && lastEnd > 0 && bytes[lastEnd - 1] is not ((byte)'"' or (byte)'\''))
        {
            throw new ReadFailure(ProblemCode.Syntax, lastEnd, "decoders disagree about a ':' right before a ',' or a bracket; put a blank between them, or quote the text");
        }
    }

    /// <summary>An empty value begins right after its <c>:</c> or <c>-</c>.</summary>
    private int AfterIndicator(int from, int limit)
    {
        var bytes = document.Source.Bytes;
        for (var at = from; at < bytes.Length && at <= limit; at++)
        {
            switch (bytes[at])
            {
                case (byte)':' or (byte)'-' or (byte)'?':
                    return at + 1;
                case (byte)'#':
                    var newline = bytes[at..].IndexOf((byte)'\n');
                    at = newline < 0 ? bytes.Length : at + newline;
                    break;
            }
        }

        return from;
    }

    /// <summary>Where an anchor and a tag with nothing behind them end.</summary>
    private int EndOfProperties(int at)
    {
        var bytes = document.Source.Bytes;
        var end = at;
        while (at < bytes.Length && bytes[at] is (byte)'&' or (byte)'!')
        {
            while (at < bytes.Length && bytes[at] is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)',' or (byte)']' or (byte)'}'))
            {
                at++;
            }

            end = at;
            while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t')
            {
                at++;
            }
        }

        return end;
    }

    private int SkipProperties(int at)
    {
        var bytes = document.Source.Bytes;
        while (at < bytes.Length && bytes[at] is (byte)'&' or (byte)'!')
        {
            while (at < bytes.Length && bytes[at] is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                at++;
            }

            while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'#')
            {
                if (bytes[at] == '#')
                {
                    var newline = bytes[at..].IndexOf((byte)'\n');
                    at = newline < 0 ? bytes.Length : at + newline;
                    continue;
                }

                at++;
            }
        }

        return at;
    }

    /// <summary>Compares keys by their text. Not by the hash that the nodes carry: whoever writes the file could make those collide.</summary>
    private sealed class KeyComparer : IEqualityComparer<int>
    {
        public FlatDocument Document { get; set; } = null!;

        public bool Equals(int x, int y) => Document.Text(x).SequenceEqual(Document.Text(y));

        public int GetHashCode(int node)
        {
            var hash = default(HashCode);
            hash.AddBytes(Document.Text(node));
            return hash.ToHashCode();
        }
    }

    /// <summary>A collection whose end has not come yet.</summary>
    private struct Open
    {
        public int Node;
        public bool IsMap;
        public bool HasKey;

        /// <summary>The merge key whose value comes next, or -1.</summary>
        public int MergeKey;
        public List<(int Key, int Value)>? Merges;
    }
}
