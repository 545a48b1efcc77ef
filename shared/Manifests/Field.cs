namespace SelfHealGitOps.Manifests;

/// <summary>
/// A place in a document that may be absent. It knows where it is, so a rule can say what to set there; it allocates
/// nothing until it is asked for its path, pointer or text. Absent and <c>null</c> both read as not there, as they do
/// to the API server. Valid only while its document is.
/// </summary>
public readonly struct Field
{
    private readonly FlatDocument? document;

    // The node itself, or, when absent, the deepest one on the way that is there.
    private readonly int node;

    // Up to four known names below that node that are not there, the first in the lowest 16 bits.
    private readonly ulong missing;

    // The step below those: the text of a key that is no known name (a label, an annotation), or of a fifth name. A
    // MissingStep where there are still more; only that allocates.
    private readonly object? beyond;

    internal Field(FlatDocument document, int node, ulong missing = 0, object? beyond = null)
    {
        this.document = document;
        this.node = node;
        this.missing = missing;
        this.beyond = beyond;
    }

    /// <summary>There, and not null.</summary>
    public bool Exists => document is not null && !IsMissing && document[node].Kind != NodeKind.Null;

    /// <summary>Written in the document, be it as null.</summary>
    public bool IsWritten => document is not null && !IsMissing;

    public NodeKind Kind => IsMissing || document is null ? NodeKind.Null : document[node].Kind;

    public bool IsMap => Kind == NodeKind.Map;

    public bool IsList => Kind == NodeKind.List;

    public bool IsString => Kind == NodeKind.String;

    public bool IsTrue => Kind == NodeKind.Boolean && YamlScalar.IsTrue(Utf8);

    public bool IsFalse => Kind == NodeKind.Boolean && !YamlScalar.IsTrue(Utf8);

    /// <summary>Entries of a map or elements of a list that is there; else 0.</summary>
    public int Count => Kind is NodeKind.Map or NodeKind.List ? document![node].Count : 0;

    /// <summary>The scalar's text in UTF-8, quotes and escapes resolved; empty when absent or not a scalar.</summary>
    public ReadOnlySpan<byte> Utf8 =>
        Kind is NodeKind.String or NodeKind.Number or NodeKind.Boolean ? document!.Text(node) : default;

    /// <summary>The text of a scalar that is there; null for an absent field, a null, a map or a list.</summary>
    public string? Text =>
        Kind is NodeKind.String or NodeKind.Number or NodeKind.Boolean ? document!.TextString(node) : null;

    /// <summary>The value of a whole number in the range of a long (also octal, hex or binary, as YAML 1.1 has them); else null.</summary>
    public long? Integer => Kind == NodeKind.Number ? YamlScalar.Integer(Utf8) : null;

    /// <summary>The elements of a list; none when absent or not a list.</summary>
    public ElementSequence Elements => IsList ? new(document!, node) : default;

    /// <summary>The entries of a map; none when absent or not a map.</summary>
    public EntrySequence Entries => IsMap ? new(document!, node) : default;

    /// <summary>The path by merge keys, from the object's root. Allocates; for findings.</summary>
    public FieldPath Path => Document.PathOf(this);

    /// <summary>The RFC 6901 pointer from the object's root. Allocates; for findings.</summary>
    public string Pointer => FieldPath.PointerTo(this);

    internal FlatDocument Document => document ?? throw new InvalidOperationException("a default Field has no document");

    internal int Node => node;

    /// <summary>The byte at which the field stands: for an entry of a map, its key; for an absent field, the nearest parent that is there.</summary>
    internal int SourceOffset
    {
        get
        {
            var at = Document.KeyOf(node);
            return Document[at >= 0 ? at : node].Start;
        }
    }

    internal bool IsMissing => missing != 0 || beyond is not null;

    public Field this[Name name]
    {
        get
        {
            if (document is null)
            {
                return this;
            }

            if (IsMissing)
            {
                return Below(name);
            }

            var found = document.Find(node, name);
            return found >= 0 ? new Field(document, found) : new Field(document, node, (ulong)name);
        }
    }

    public Field this[string key]
    {
        get
        {
            if (document is null)
            {
                return this;
            }

            if (!IsMissing)
            {
                Span<byte> utf8 = stackalloc byte[256];
                var bytes = System.Text.Encoding.UTF8.TryGetBytes(key, utf8, out var length)
                    ? utf8[..length]
                    : System.Text.Encoding.UTF8.GetBytes(key);
                var found = document.Find(node, bytes);
                if (found >= 0)
                {
                    return new Field(document, found);
                }
            }

            return Beyond(key);
        }
    }

    /// <summary>True when the scalar's text is exactly this; ordinal, case-sensitive.</summary>
    public bool Is(ReadOnlySpan<byte> utf8) =>
        Kind is NodeKind.String or NodeKind.Number or NodeKind.Boolean && document!.Text(node).SequenceEqual(utf8);

    public override string ToString() => document is null ? "" : Exists ? Text ?? Path.ToString() : $"(absent) {Path}";

    /// <summary>Adds the names that are missing below <see cref="Node"/>, outermost first.</summary>
    internal void AddMissingTo(List<PathStep> steps)
    {
        for (var rest = missing; rest != 0; rest >>= 16)
        {
            steps.Add(NameTable.Step((Name)(rest & 0xFFFF)));
        }

        AddBeyondTo(steps, beyond);
    }

    internal bool IsSamePlace(Field other) =>
        document == other.document && node == other.node && missing == other.missing && Equals(beyond, other.beyond);

    private Field Below(Name name)
    {
        for (var shift = 16; beyond is null && shift < 64; shift += 16)
        {
            if (missing >> shift == 0)
            {
                return new Field(document!, node, missing | ((ulong)name << shift));
            }
        }

        return Beyond(NameTable.Text(name));
    }

    private Field Beyond(string key) => new(document!, node, missing, beyond is null ? key : new MissingStep(beyond, key));

    private static void AddBeyondTo(List<PathStep> steps, object? beyond)
    {
        if (beyond is MissingStep(var above, var last))
        {
            AddBeyondTo(steps, above);
            beyond = last;
        }

        if (beyond is string key)
        {
            steps.Add(new PathStep.Key(key));
        }
    }

    private sealed record MissingStep(object Above, string Key);
}
