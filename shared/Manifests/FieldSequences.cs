namespace SelfHealGitOps.Manifests;

/// <summary>The elements of a list, in order; enumerating it allocates nothing.</summary>
public readonly struct ElementSequence
{
    private readonly FlatDocument? document;
    private readonly int list;

    internal ElementSequence(FlatDocument document, int list) => (this.document, this.list) = (document, list);

    public Enumerator GetEnumerator() => new(document, list);

    public struct Enumerator
    {
        private readonly FlatDocument? document;
        private int left;
        private int next;
        private int current;

        internal Enumerator(FlatDocument? document, int list)
        {
            this.document = document;
            left = document is null ? 0 : document[list].Count;
            next = list + 1;
        }

        public readonly Field Current => new(document!, current);

        public bool MoveNext()
        {
            if (left-- <= 0)
            {
                return false;
            }

            current = next;
            next = document![next].Next;
            return true;
        }
    }
}

/// <summary>The entries of a map, in order; enumerating it allocates nothing.</summary>
public readonly struct EntrySequence
{
    private readonly FlatDocument? document;
    private readonly int map;

    internal EntrySequence(FlatDocument document, int map) => (this.document, this.map) = (document, map);

    public Enumerator GetEnumerator() => new(document, map);

    public struct Enumerator
    {
        private readonly FlatDocument? document;
        private int left;
        private int next;
        private int current;

        internal Enumerator(FlatDocument? document, int map)
        {
            this.document = document;
            left = document is null ? 0 : document[map].Count;
            next = map + 1;
        }

        public readonly Entry Current => new(document!, current);

        public bool MoveNext()
        {
            if (left-- <= 0)
            {
                return false;
            }

            current = next;
            next = document![next + 1].Next;
            return true;
        }
    }
}

/// <summary>One entry of a map.</summary>
public readonly struct Entry
{
    private readonly FlatDocument document;
    private readonly int key;

    internal Entry(FlatDocument document, int key) => (this.document, this.key) = (document, key);

    /// <summary>The key, where it is one that rules read; else <see cref="Name.None"/>.</summary>
    public Name Name => document[key].Name;

    public ReadOnlySpan<byte> Utf8Key => document.Text(key);

    public string Key => document.TextString(key);

    public Field Value => new(document, key + 1);
}
