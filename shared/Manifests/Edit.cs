namespace SelfHealGitOps.Manifests;

/// <summary>
/// One symbolic change of one object, the same for a live object and for a file. Missing parents on the way are
/// created as maps; a list element that is addressed must be there, and only once.
/// </summary>
public abstract record Edit
{
    private Edit(FieldPath path) => Path = path;

    public FieldPath Path { get; }

    /// <summary>Puts a value at a path whose last step is a key, over what is there.</summary>
    public sealed record Set : Edit
    {
        public Set(FieldPath path, Value value)
            : base(path) => Value = value;

        public Value Value { get; }
    }

    /// <summary>Adds an element at the end of the list at the path, and makes the list where there is none.</summary>
    public sealed record Append : Edit
    {
        public Append(FieldPath path, Value value)
            : base(path) => Value = value;

        public Value Value { get; }
    }

    /// <summary>Takes away the entry or element at the path. The map or list around it stays, empty if it was the last.</summary>
    public sealed record Remove : Edit
    {
        public Remove(FieldPath path)
            : base(path)
        {
        }
    }
}
