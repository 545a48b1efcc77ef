using System.Collections;
using System.Runtime.CompilerServices;

namespace SelfHealGitOps.Manifests;

/// <summary>An immutable list that is equal to another when its elements are, so that records which hold lists are values.</summary>
[CollectionBuilder(typeof(EquatableArray), nameof(EquatableArray.Create))]
public readonly struct EquatableArray<T> : IReadOnlyList<T>, IEquatable<EquatableArray<T>>
{
    private readonly T[]? items;

    internal EquatableArray(T[] items) => this.items = items;

    public int Count => items?.Length ?? 0;

    public int Length => Count;

    public T this[int index] => items![index];

    public EquatableArray<T> Slice(int start, int length) => new((items ?? []).AsSpan(start, length).ToArray());

    internal EquatableArray<T> With(T item)
    {
        var longer = new T[Count + 1];
        items?.CopyTo(longer, 0);
        longer[^1] = item;
        return new(longer);
    }

    public bool Equals(EquatableArray<T> other) => (items ?? []).AsSpan().SequenceEqual(other.items ?? [], EqualityComparer<T>.Default);

    public static bool operator ==(EquatableArray<T> left, EquatableArray<T> right) => left.Equals(right);

    public static bool operator !=(EquatableArray<T> left, EquatableArray<T> right) => !left.Equals(right);

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in items ?? [])
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public Enumerator GetEnumerator() => new(items ?? []);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (items ?? []).GetEnumerator();

    /// <summary>Goes through the array without being allocated.</summary>
    public struct Enumerator
    {
        private readonly T[] items;
        private int at = -1;

        internal Enumerator(T[] items) => this.items = items;

        public readonly T Current => items[at];

        public bool MoveNext() => ++at < items.Length;
    }
}

/// <summary>Builds <see cref="EquatableArray{T}"/> from collection expressions.</summary>
public static class EquatableArray
{
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
