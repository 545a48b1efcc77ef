using System.Buffers;

namespace SelfHealGitOps.Manifests;

/// <summary>Where the parts of a document stand in its text, beyond what its nodes say: dashes, colons, comments, the end of what a block scalar says.</summary>
internal sealed class TextMap(FlatDocument document, SourceLines lines)
{
    private static readonly SearchValues<byte> OfBlockHeaders = SearchValues.Create("|>+-0123456789"u8);

    public bool IsBlock(int node) => document[node].Style == NodeStyle.Block && document[node].Kind is NodeKind.Map or NodeKind.List;

    /// <summary>The end of a value's text, without the blank lines that the span of a block scalar takes in.</summary>
    public int ContentEnd(int node)
    {
        ref var n = ref document[node];
        var last = IsBlock(node) ? n.Next - 1 : node;
        if (document[last].Style is not (NodeStyle.Literal or NodeStyle.Folded)
            || (document[last].Flags & (NodeFlags.Aliased | NodeFlags.Merged)) != 0)
        {
            return n.End;
        }

        var end = n.End;
        var bytes = lines.Bytes;
        if (IsKept(last))
        {
            return end > 0 && end <= bytes.Length && bytes[end - 1] == '\n' ? end - (end > 1 && bytes[end - 2] == '\r' ? 2 : 1) : end;
        }

        // White space beyond the indentation is text of the scalar.
        var column = lines.Indentation(document[last].Start).Length;
        while (end > document[last].Start)
        {
            var start = lines.Start(end);
            var content = Math.Min(lines.ContentEnd(start), n.End);
            if (start <= document[last].Start || !lines.IsBlank(start, content) || content - start > column)
            {
                return content;
            }

            end = start - (start > 1 && bytes[start - 2] == '\r' ? 2 : 1);
        }

        return end;
    }

    /// <summary>True for a block scalar that keeps the blank lines below it: <c>|+</c>.</summary>
    public bool IsKept(int node) =>
        document[node].Style is NodeStyle.Literal or NodeStyle.Folded
        && lines.Bytes[document[node].Start..BlockHeaderEnd(node)].Contains((byte)'+');

    public int BlockHeaderEnd(int node)
    {
        var start = document[node].Start;
        var length = lines.Bytes[start..].IndexOfAnyExcept(OfBlockHeaders);
        return length < 0 ? lines.Bytes.Length : start + length;
    }

    /// <summary>One past the <c>:</c> after a key, or -1.</summary>
    public int AfterColon(int key)
    {
        var at = lines.SkipBlank(document[key].End);
        return at < lines.Bytes.Length && lines.Bytes[at] == ':' ? at + 1 : -1;
    }

    /// <summary>The dash of an element of a block list, or -1.</summary>
    public int Dash(int element)
    {
        var at = lines.Bytes[..document[element].Start].LastIndexOfAnyExcept(" \t\r\n"u8);
        return at >= 0 && lines.Bytes[at] == '-' && lines.Prefix(at) != LinePrefix.Other ? at : -1;
    }

    /// <summary>One past the <c>:</c> or <c>-</c> that a value of a block collection follows, or -1 where that is not plain to see.</summary>
    public int Slot(int value)
    {
        var key = document.KeyOf(value);
        if (key < 0)
        {
            return Dash(value) is >= 0 and var dash ? dash + 1 : -1;
        }

        return lines.Prefix(document[key].Start) == LinePrefix.Other ? -1 : AfterColon(key);
    }

    /// <summary>A comment between two offsets that lies in none of the scalars from one node to another.</summary>
    public bool HasComment(int start, int end, int fromNode, int toNode)
    {
        var at = start;
        for (var node = fromNode; node < toNode && at < end; node++)
        {
            ref var n = ref document[node];
            if ((n.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) != 0 || n.Start < at || (n.Kind is NodeKind.Map or NodeKind.List))
            {
                continue;
            }

            if (HasComment(at, n.Start))
            {
                return true;
            }

            var isBlockScalar = n.Style is NodeStyle.Literal or NodeStyle.Folded;
            if (isBlockScalar && lines.CommentAfter(BlockHeaderEnd(node)) >= 0)
            {
                return true;
            }

            at = n.End;
        }

        return at < end && HasComment(at, end);
    }

    /// <summary>A <c>#</c> after white space, where no scalar stands.</summary>
    public bool HasComment(int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            if (lines.Bytes[at] == '#' && (at == 0 || lines.Bytes[at - 1] is (byte)' ' or (byte)'\t' or (byte)'\n'))
            {
                return true;
            }
        }

        return false;
    }
}
