using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Fills a <see cref="FlatDocument"/> from JSON that nothing is wrong with, in one pass, with the nodes that
/// <see cref="JsonReader"/> would make. It says of anything else that it cannot read it, not why: whoever gets that
/// answer reads it again by the reader that does. An admission review is read anew for every request, hence the trouble.
/// </summary>
internal sealed class QuickJsonReader(DuplicateKeys duplicates, int mostNodes = ManifestReader.MaxNodes)
{
    /// <summary>No finite number of fewer characters and without an exponent is too large for a decoder.</summary>
    private const int LongNumber = 300;

    private readonly Open[] open = new Open[ManifestReader.MaxDepth];

    /// <summary>Reads the map or list that starts at <paramref name="start"/>; false where it is no such thing, or there is doubt.</summary>
    /// <exception cref="ReadFailure">A key twice in one object.</exception>
    public bool TryRead(FlatDocument document, SourceText source, int index, int start, out int end)
    {
        document.Reset(source, index, start, source.Length, isJson: true);
        try
        {
            end = Read(document, source.Bytes, start);
        }
        catch (JsonException)
        {
            end = -1;
        }

        return end >= 0;
    }

    private int Read(FlatDocument document, ReadOnlySpan<byte> text, int at)
    {
        if (!Skip(text, ref at) || text[at] is not ((byte)'{' or (byte)'['))
        {
            return -1;
        }

        var nodes = document.Room(0, 2);
        var (count, depth) = (0, 0);
        while (true)
        {
            // A value is due; in a map, its key has been read. One turn adds a value, and the key that follows.
            if (count + 2 > nodes.Length)
            {
                if (count + 2 > mostNodes)
                {
                    return -1;
                }

                nodes = document.Room(count, count + 2);
            }

            if (!Skip(text, ref at))
            {
                return -1;
            }

            ref var node = ref nodes[count++];
            node = default;
            node.Start = at;
            var first = text[at];
            switch (first)
            {
                case (byte)'"':
                    node.Kind = NodeKind.String;
                    if (!TakeText(document, text, ref at, ref node))
                    {
                        return -1;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    at++;
                    if (depth == open.Length || !Skip(text, ref at))
                    {
                        return -1;
                    }

                    node.Kind = first == '{' ? NodeKind.Map : NodeKind.List;
                    node.Style = NodeStyle.Flow;
                    open[depth++] = new() { Node = count - 1, Close = (byte)(first + 2) };
                    if (text[at] == first + 2)
                    {
                        break;
                    }

                    if (first == '{' && !TakeKey(document, text, ref at, ref nodes[count++], ref open[depth - 1]))
                    {
                        return -1;
                    }

                    continue;
                case (byte)'t' when text[at..].StartsWith("true"u8):
                    at = Take(ref node, NodeKind.Boolean, at, 4);
                    break;
                case (byte)'f' when text[at..].StartsWith("false"u8):
                    at = Take(ref node, NodeKind.Boolean, at, 5);
                    break;
                case (byte)'n' when text[at..].StartsWith("null"u8):
                    at = Take(ref node, NodeKind.Null, at, 4);
                    break;
                default:
                    var length = NumberLength(text[at..]);
                    if (length == 0)
                    {
                        return -1;
                    }

                    at = Take(ref node, NodeKind.Number, at, length);
                    break;
            }

            ref var inside = ref open[depth - 1];
            if (node.Kind is not (NodeKind.Map or NodeKind.List))
            {
                node.Next = count;
                inside.Count++;
            }

            // After a value: another one, or the end of what it is in.
            while (Skip(text, ref at) && text[at] == inside.Close)
            {
                at++;
                ref var closed = ref nodes[inside.Node];
                closed.End = at;
                closed.Next = count;
                closed.Count = inside.Count;
                if (inside.MayRepeat)
                {
                    duplicates.Check(document, inside.Node, null);
                }

                if (--depth == 0)
                {
                    document.Fill(count);
                    return count <= mostNodes ? at : -1;
                }

                inside = ref open[depth - 1];
                inside.Count++;
            }

            if (at == text.Length || text[at] != ',')
            {
                return -1;
            }

            at++;
            if (inside.Close == '}' && !(Skip(text, ref at) && TakeKey(document, text, ref at, ref nodes[count++], ref inside)))
            {
                return -1;
            }
        }
    }

    /// <summary>The quoted key at the place, and the colon.</summary>
    private static bool TakeKey(FlatDocument document, ReadOnlySpan<byte> text, ref int at, ref Node key, ref Open inside)
    {
        key = default;
        key.Kind = NodeKind.Key;
        key.Start = at;
        if (text[at] != '"' || !TakeText(document, text, ref at, ref key))
        {
            return false;
        }

        var name = key.Flags == NodeFlags.None ? text.Slice(key.TextStart, key.TextLength) : document.Kept(key.TextStart, key.TextLength);
        key.Count = NameTable.Hash(name);
        key.Name = NameTable.Find(name, key.Count);

        // Two keys of one text set the same two bits; that two others do is rare, and only costs a comparison.
        var (one, other) = (1UL << (key.Count & 63), 1UL << ((key.Count >> 6) & 63));
        inside.MayRepeat |= (inside.Seen & one) != 0 && (inside.SeenToo & other) != 0;
        inside.Seen |= one;
        inside.SeenToo |= other;
        if (!Skip(text, ref at) || text[at] != ':')
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>The quoted text at the place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TakeText(FlatDocument document, ReadOnlySpan<byte> text, ref int at, ref Node node)
    {
        var from = at + 1;
        var end = EndOfText(text, from);
        var isEscaped = false;
        while (end < text.Length && text[end] == '\\')
        {
            isEscaped = true;
            end = EndOfText(text, Math.Min(end + 2, text.Length));
        }

        if (end >= text.Length || text[end] != '"')
        {
            return false;
        }

        node.Style = NodeStyle.DoubleQuoted;
        node.TextStart = from;
        node.TextLength = end - from;
        at = end + 1;
        node.End = at;
        if (isEscaped)
        {
            Unescape(document, text[(from - 1)..at], ref node);
        }

        return true;
    }

    private static void Unescape(FlatDocument document, ReadOnlySpan<byte> quoted, ref Node node)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        (node.TextStart, node.TextLength) = JsonText.Unescape(document, ref reader);
        node.Flags = NodeFlags.InArena;
    }

    /// <summary>The first quote, backslash or control character; the text's length where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfText(ReadOnlySpan<byte> text, int at)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        for (; at + Vector128<byte>.Count <= text.Length; at += Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref first, (nuint)at);
            var stops = Vector128.Equals(block, Vector128.Create((byte)'"')) | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.Equals(block, Vector128.Min(block, Vector128.Create((byte)0x1f)));
            if (stops != default)
            {
                return at + BitOperations.TrailingZeroCount(stops.ExtractMostSignificantBits());
            }
        }

        while (at < text.Length && text[at] is not ((byte)'"' or (byte)'\\' or < 0x20))
        {
            at++;
        }

        return at;
    }

    private static int Take(ref Node node, NodeKind kind, int at, int length)
    {
        node.Kind = kind;
        node.End = at + length;
        node.TextStart = at;
        node.TextLength = length;
        return at + length;
    }

    /// <summary>The length of the number that the text begins with; 0 where it begins with none, or one that may be too large.</summary>
    private static int NumberLength(ReadOnlySpan<byte> text)
    {
        var at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var digits = Digits(text, at);
        if (digits == 0 || (digits > 1 && text[at] == '0'))
        {
            return 0;
        }

        at += digits;
        if (at < text.Length && text[at] == '.')
        {
            digits = Digits(text, at + 1);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + digits;
        }

        return at < LongNumber && (at == text.Length || (text[at] | 0x20) != 'e') ? at : 0;
    }

    private static int Digits(ReadOnlySpan<byte> text, int from)
    {
        var at = from;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            at++;
        }

        return at - from;
    }

    /// <summary>Passes over white space; false at the end of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Skip(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length)
        {
            if (text[at] > ' ' || text[at] is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                return true;
            }

            at++;
        }

        return false;
    }

    /// <summary>A map or list that has not ended.</summary>
    private struct Open
    {
        public int Node;
        public int Count;
        public byte Close;
        public ulong Seen;
        public ulong SeenToo;
        public bool MayRepeat;
    }
}
