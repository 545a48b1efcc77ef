using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// One YAML or JSON document as an array of nodes in visit order. Read-only once built, and reused: a reader clears
/// and refills the same instance, so nothing may keep a <see cref="Field"/> beyond the document it came from.
/// Aliases and merge keys are expanded, so that a rule sees what the API server sees; the flags of the nodes say so.
/// </summary>
public sealed class FlatDocument
{
    private Node[] nodes;
    private byte[] arena;
    private int arenaLength;
    private Field lastPlace;
    private FieldPath? lastPath;
    private ElementIndex? elements;
    private readonly Dictionary<int, PathStep> elementSteps = [];
    private readonly List<PathStep> steps = new(12);

    public FlatDocument()
        : this(new Node[256], new byte[1024])
    {
    }

    private FlatDocument(Node[] nodes, byte[] arena)
    {
        this.nodes = nodes;
        this.arena = arena;
    }

    /// <summary>The file that this document is part of.</summary>
    public SourceText Source { get; private set; } = new("", ReadOnlyMemory<byte>.Empty);

    /// <summary>The document's place in its file, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>The document's bytes in the file: from its <c>---</c> line, if any, to the next.</summary>
    public int Start { get; private set; }

    /// <summary>One past the document's last byte in the file.</summary>
    public int End { get; private set; }

    /// <summary>True for JSON text: keys are quoted, and there are no comments.</summary>
    public bool IsJson { get; private set; }

    /// <summary>
    /// True when lines end in ways that only YAML 1.1 counts (NEL, LS, PS), or the bytes are not those of the file: what is
    /// read is right, but where a line begins is not to be trusted by an edit.
    /// </summary>
    public bool IsReadOnly { get; internal set; }

    /// <summary>False where nobody asks in which line something stands, as with a request: to count the lines up to each finding costs more than to find it.</summary>
    public bool HasLines { get; internal init; } = true;

    public Field Root => new(this, 0);

    internal int Capacity => nodes.Length;

    /// <summary>The objects of the document: itself, with no item index, or the items of a list. None where the document is no manifest.</summary>
    public IEnumerable<(Field Root, int? Item)> Manifests()
    {
        for (var i = 0; i < Objects.Count; i++)
        {
            yield return (new Field(this, Objects[i]), Objects[i] == 0 ? null : i);
        }
    }

    /// <summary>
    /// The bytes of an object of this document in its file: all of the document, comments included, or the item of a list
    /// up to the end of its last line.
    /// </summary>
    /// <param name="manifest">One of <see cref="Manifests"/>.</param>
    public ReadOnlySpan<byte> TextOf(Field manifest)
    {
        if (manifest.Node == 0)
        {
            return Source.Bytes[Start..End];
        }

        ref var node = ref nodes[manifest.Node];
        var rest = node.Style == NodeStyle.Block ? Source.Bytes[node.End..].IndexOf((byte)'\n') : 0;
        return Source.Bytes[node.Start..(rest < 0 ? Source.Length : node.End + rest)];
    }

    /// <summary>A copy that stays as it is when the reader moves on, for objects that are judged by one another.</summary>
    public FlatDocument Snapshot()
    {
        var copy = new FlatDocument(nodes.AsSpan(0, Count).ToArray(), arena.AsSpan(0, arenaLength).ToArray())
        {
            Source = Source,
            Index = Index,
            Start = Start,
            End = End,
            IsJson = IsJson,
            IsReadOnly = IsReadOnly,
            HasLines = HasLines,
            Count = Count,
            arenaLength = arenaLength,
        };
        copy.Objects.AddRange(Objects);
        return copy;
    }

    /// <summary>The nodes at which objects begin: the root, or the elements of <c>items</c> where the document is a list of objects.</summary>
    internal List<int> Objects { get; } = [];

    internal ElementIndex Elements => elements ??= new ElementIndex(this);

    internal int Count { get; private set; }

    internal ref Node this[int node] => ref nodes[node];

    internal ReadOnlySpan<byte> Text(int node)
    {
        ref var n = ref nodes[node];
        return (n.Flags & NodeFlags.InArena) != 0
            ? arena.AsSpan(n.TextStart, n.TextLength)
            : Source.Bytes.Slice(n.TextStart, n.TextLength);
    }

    internal string TextString(int node) => Encoding.UTF8.GetString(Text(node));

    /// <summary>The value of an entry of a map, or -1. The last of several wins, as it does in the API server's decoder.</summary>
    internal int Find(int map, Name name)
    {
        if (nodes[map].Kind != NodeKind.Map)
        {
            return -1;
        }

        var key = map + 1;
        for (var left = nodes[map].Count; left > 0; left--)
        {
            if (nodes[key].Name == name)
            {
                return key + 1;
            }

            key = nodes[key + 1].Next;
        }

        return -1;
    }

    internal int Find(int map, ReadOnlySpan<byte> text)
    {
        if (nodes[map].Kind != NodeKind.Map)
        {
            return -1;
        }

        var key = map + 1;
        for (var left = nodes[map].Count; left > 0; left--)
        {
            if (nodes[key].TextLength == text.Length && Text(key).SequenceEqual(text))
            {
                return key + 1;
            }

            key = nodes[key + 1].Next;
        }

        return -1;
    }

    /// <summary>The key of the entry that a node is the value of, or -1.</summary>
    internal int KeyOf(int node) => node > 0 && nodes[node - 1].Kind == NodeKind.Key ? node - 1 : -1;

    /// <summary>The object that a node is part of.</summary>
    internal int ObjectRootOf(int node)
    {
        var at = Objects.BinarySearch(node);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && node < nodes[Objects[at]].Next ? Objects[at] : 0;
    }

    /// <summary>The path of a field. A rule asks for it when it makes the fix, and right after that the finding does.</summary>
    internal FieldPath PathOf(Field field)
    {
        if (lastPath is null || !lastPlace.IsSamePlace(field))
        {
            lastPath = FieldPath.To(field);
            lastPlace = field;
        }

        return lastPath;
    }

    /// <summary>Empty, for whoever puts a path together; one at a time.</summary>
    internal List<PathStep> EmptySteps()
    {
        steps.Clear();
        return steps;
    }

    /// <summary>The step that addresses one element of a list; made once, since what is wrong in a container is often more than one thing.</summary>
    internal PathStep StepTo(List<PathStep> above, int list, int element, int position)
    {
        if (!elementSteps.TryGetValue(element, out var step))
        {
            elementSteps.Add(element, step = MergeKeys.Address(this, above, list, element, position));
        }

        return step;
    }

    internal void Reset(SourceText source, int index, int start, int end, bool isJson)
    {
        Source = source;
        Index = index;
        Start = start;
        End = end;
        IsJson = isJson;
        IsReadOnly = source.IsTranscoded;
        Count = 0;
        arenaLength = 0;
        Objects.Clear();
        elements?.Clear();
        lastPath = null;
        lastPlace = default;
        elementSteps.Clear();
    }

    /// <summary>
    /// Takes nodes out again: what they held has been merged elsewhere. The ranges are in order and lie in the last
    /// collection, which begins at <paramref name="first"/>. Returns, by the place counted from there, how many nodes
    /// before it are gone.
    /// </summary>
    internal int[] RemoveRanges(int first, List<(int From, int To)> ranges)
    {
        var gone = new int[Count - first + 1];
        var (range, count) = (0, 0);
        for (var i = first; i < Count; i++)
        {
            gone[i - first] = count;
            if (range < ranges.Count && i >= ranges[range].From)
            {
                count++;
                range += i + 1 == ranges[range].To ? 1 : 0;
            }
        }

        gone[^1] = count;
        for (var i = first; i < Count; i++)
        {
            if (gone[i - first + 1] > gone[i - first])
            {
                continue;
            }

            ref var moved = ref nodes[i - gone[i - first]];
            moved = nodes[i];
            if (moved.Kind != NodeKind.Key)
            {
                moved.Next -= gone[moved.Next - first];
            }
        }

        Count -= count;
        return gone;
    }

    /// <summary>Room for at least so many nodes, of which the first <paramref name="used"/> keep what they hold; <see cref="Fill"/> says how many it became.</summary>
    internal Span<Node> Room(int used, int atLeast)
    {
        if (atLeast > nodes.Length)
        {
            var grown = new Node[Math.Max(atLeast, nodes.Length * 2)];
            nodes.AsSpan(0, used).CopyTo(grown);
            nodes = grown;
        }

        return nodes;
    }

    internal void Fill(int count) => Count = count;

    internal int Add(in Node node)
    {
        if (Count == nodes.Length)
        {
            Array.Resize(ref nodes, nodes.Length * 2);
        }

        nodes[Count] = node;
        return Count++;
    }

    /// <summary>Copies text that does not stand literally in the source; returns its place in the arena.</summary>
    internal (int Start, int Length) Keep(ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Reserve(length);
        Encoding.UTF8.GetBytes(text, arena.AsSpan(arenaLength));
        arenaLength += length;
        return (arenaLength - length, length);
    }

    internal ReadOnlySpan<byte> Kept(int start, int length) => arena.AsSpan(start, length);

    internal Span<byte> Reserve(int length)
    {
        if (arenaLength + length > arena.Length)
        {
            Array.Resize(ref arena, Math.Max(arena.Length * 2, arenaLength + length));
        }

        return arena.AsSpan(arenaLength, length);
    }

    internal (int Start, int Length) Commit(int length)
    {
        arenaLength += length;
        return (arenaLength - length, length);
    }
}
