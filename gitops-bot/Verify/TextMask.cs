using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The parts of two texts that may differ, for the values that they stand for differ: in block style whole lines, in flow
/// style and JSON the entry alone. What is left has to be the same, byte for byte.
/// </summary>
internal sealed class TextMask
{
    public List<TextRange> Before { get; } = [];

    public List<TextRange> After { get; } = [];

    /// <summary>The outermost flow collections in which entries differ; commas and white space go with the entries.</summary>
    public List<TextRange> FlowBefore { get; } = [];

    public List<TextRange> FlowAfter { get; } = [];

    /// <summary>How many lines the new values may take, were each of them on a line of its own.</summary>
    public int Weight { get; private set; }

    /// <summary>Why the texts cannot be compared, or what a new value is written like; null where nothing is wrong.</summary>
    public string? Problem { get; private set; }

    public void Add(Field before, Field after) => Compare(before, after, isElement: false, flowBefore: null, flowAfter: null);

    /// <summary>Of two collections that stand for one another, what is said of the one is said of the other: an entry that comes brings a comma to neighbours that were there.</summary>
    private void Around(TextRange? before, TextRange? after)
    {
        if (before is { } one && after is { } other)
        {
            Note(FlowBefore, one);
            Note(FlowAfter, other);
        }
    }

    private static void Note(List<TextRange> flows, TextRange flow)
    {
        if (!flows.Contains(flow))
        {
            flows.Add(flow);
        }
    }

    /// <param name="flowBefore">The outermost flow collection around; null in block style.</param>
    private void Compare(Field before, Field after, bool isElement, TextRange? flowBefore, TextRange? flowAfter)
    {
        // Turned from flow to block, or the other way, is written anew as a whole.
        var isAlike = FlowOf(before) is null == FlowOf(after) is null;
        if (isAlike && before.IsMap && after.IsMap && before.Count > 0 && after.Count > 0)
        {
            CompareMaps(before, after, isElement, flowBefore ?? FlowOf(before), flowAfter ?? FlowOf(after));
        }
        else if (isAlike && before.IsList && after.IsList && before.Count > 0 && after.Count > 0)
        {
            CompareLists(before, after, flowBefore ?? FlowOf(before), flowAfter ?? FlowOf(after));
        }
        else if (!IsSame(before, after))
        {
            Hide(before, Before, FlowBefore, flowBefore);
            Hide(after, After, FlowAfter, flowAfter);
            Weight += WeightOf(after);
            Problem ??= WrittenForm.Objection(before, after);
        }
    }

    private void CompareMaps(Field before, Field after, bool isElement, TextRange? flowBefore, TextRange? flowAfter)
    {
        // With the first key of an element goes the dash before it, and the next one moves up to it.
        if (isElement && flowBefore is null && flowAfter is null && FirstKey(before) is var first && FirstKey(after) is var now && first != now)
        {
            HideDash(before, Before);
            HideDash(after, After);
            foreach (var key in (string?[])[first, now])
            {
                if (key is not null && before[key].IsWritten && after[key].IsWritten)
                {
                    HideIndent(KeyStart(before[key]), before.Document.Source.Bytes, Before);
                    HideIndent(KeyStart(after[key]), after.Document.Source.Bytes, After);
                }
            }

            Weight++;
        }

        foreach (var entry in before.Entries)
        {
            var other = after[entry.Key];
            if (other.IsWritten)
            {
                Compare(entry.Value, other, isElement: false, flowBefore, flowAfter);
            }
            else
            {
                Hide(entry.Value, Before, FlowBefore, flowBefore);
                Around(flowBefore, flowAfter);
            }
        }

        foreach (var entry in after.Entries)
        {
            if (!before[entry.Key].IsWritten)
            {
                Hide(entry.Value, After, FlowAfter, flowAfter);
                Around(flowBefore, flowAfter);
                Weight += WeightOf(entry.Value);
                Problem ??= WrittenForm.Objection(default, entry.Value);
            }
        }
    }

    private void CompareLists(Field before, Field after, TextRange? flowBefore, TextRange? flowAfter)
    {
        var one = Elements(before);
        var other = Elements(after);
        if (one.Count == other.Count)
        {
            for (var i = 0; i < one.Count; i++)
            {
                Compare(one[i], other[i], isElement: true, flowBefore, flowAfter);
            }

            return;
        }

        // Elements come at the end or go from anywhere; what stays keeps its order, or the rest of the text tells.
        var at = 0;
        foreach (var element in one)
        {
            var match = other.FindIndex(at, candidate => FieldEquality.AreEqual(element, candidate));
            if (match < 0)
            {
                Hide(element, Before, FlowBefore, flowBefore);
                Around(flowBefore, flowAfter);
                continue;
            }

            for (; at < match; at++)
            {
                Added(other[at]);
            }

            at = match + 1;
        }

        for (; at < other.Count; at++)
        {
            Added(other[at]);
        }

        void Added(Field element)
        {
            Hide(element, After, FlowAfter, flowAfter);
            Around(flowBefore, flowAfter);
            Weight += WeightOf(element);
            Problem ??= WrittenForm.Objection(default, element);
        }
    }

    private void Hide(Field value, List<TextRange> hidden, List<TextRange> flows, TextRange? flow)
    {
        var range = RangeOf(value);
        if (flow is { } around)
        {
            hidden.Add(range);
            Note(flows, around);
        }
        else
        {
            hidden.Add(WholeLines(value.Document.Source.Bytes, range));
        }
    }

    /// <summary>Of its key, or of an element itself.</summary>
    private static int KeyStart(Field value)
    {
        var key = value.Document.KeyOf(value.Node);
        return key >= 0 ? value.Document[key].Start : value.Document[value.Node].Start;
    }

    /// <summary>Blanks and dashes alone: an anchor or a tag is part of the text.</summary>
    /// <returns>Whether a dash was among them.</returns>
    private static bool HideIndent(int start, ReadOnlySpan<byte> bytes, List<TextRange> hidden)
    {
        var line = bytes[..start].LastIndexOf((byte)'\n') + 1;
        var indent = bytes[line..start];
        if (!indent.IsEmpty && !indent.ContainsAnyExcept((byte)' ', (byte)'-'))
        {
            hidden.Add(new(line, start));
        }

        return indent.Contains((byte)'-');
    }

    /// <summary>The dash of an element, which stands before its first key or, where comments are between, on a line before that.</summary>
    private static void HideDash(Field map, List<TextRange> hidden)
    {
        var bytes = map.Document.Source.Bytes;
        var start = map.Document[map.Node].Start;
        if (HideIndent(start, bytes, hidden))
        {
            return;
        }

        for (var end = bytes[..start].LastIndexOf((byte)'\n'); end > 0;)
        {
            var line = bytes[..end].LastIndexOf((byte)'\n') + 1;
            var text = bytes[line..end].Trim(" \r"u8);
            if (!text.IsEmpty && text[0] == '-' && (text.Length == 1 || text[1..].TrimStart((byte)' ') is [(byte)'#', ..]))
            {
                // A comment behind it stays, as it does where the key before it goes.
                var dash = line + bytes[line..].IndexOf((byte)'-');
                var blanks = bytes[(dash + 1)..].IndexOfAnyExcept((byte)' ', (byte)'\r');
                hidden.Add(new(line, dash + 1 + blanks + (bytes[dash + 1 + blanks] == '\n' ? 1 : 0)));
                return;
            }

            if (!text.IsEmpty && text[0] != '#')
            {
                return;
            }

            end = line - 1;
        }
    }

    private TextRange RangeOf(Field value)
    {
        var document = value.Document;
        ref var node = ref document[value.Node];
        if ((node.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) != 0)
        {
            Problem ??= $"{value.Path} comes from an anchor elsewhere in the document";
        }

        var start = KeyStart(value);
        var end = Math.Max(node.End, start + 1);
        var bytes = document.Source.Bytes;

        // The end of a block scalar swallows blank lines.
        while (end > start + 1 && end <= bytes.Length && bytes[end - 1] is (byte)'\n' or (byte)'\r' or (byte)' ')
        {
            end--;
        }

        return new(Math.Min(start, bytes.Length), Math.Min(end, bytes.Length));
    }

    /// <summary>Up to the line feed and with it.</summary>
    private static TextRange WholeLines(ReadOnlySpan<byte> bytes, TextRange range)
    {
        var start = bytes[..range.Start].LastIndexOf((byte)'\n') + 1;
        var rest = bytes[Math.Max(range.End - 1, range.Start)..].IndexOf((byte)'\n');
        return new(start, rest < 0 ? bytes.Length : Math.Max(range.End - 1, range.Start) + rest + 1);
    }

    private static TextRange? FlowOf(Field field)
    {
        if (!field.IsWritten || field.Kind is not (NodeKind.Map or NodeKind.List))
        {
            return null;
        }

        ref var node = ref field.Document[field.Node];
        return field.Document.IsJson || node.Style == NodeStyle.Flow ? new(node.Start, node.End) : null;
    }

    private static bool IsSame(Field before, Field after) =>
        FieldEquality.AreEqual(before, after) && before.IsWritten == after.IsWritten;

    private static string? FirstKey(Field map)
    {
        foreach (var entry in map.Entries)
        {
            return entry.Key;
        }

        return null;
    }

    private static List<Field> Elements(Field list)
    {
        var elements = new List<Field>(list.Count);
        foreach (var element in list.Elements)
        {
            elements.Add(element);
        }

        return elements;
    }

    private static int WeightOf(Field value)
    {
        var weight = 1;
        if (value.IsString)
        {
            return weight + value.Utf8.Count((byte)'\n');
        }

        foreach (var entry in value.Entries)
        {
            weight += WeightOf(entry.Value);
        }

        foreach (var element in value.Elements)
        {
            weight += WeightOf(element);
        }

        return weight;
    }
}

/// <summary>Bytes of a text from <see cref="Start"/> to before <see cref="End"/>.</summary>
internal readonly record struct TextRange(int Start, int End)
{
    public bool Contains(int offset) => offset >= Start && offset < End;
}
