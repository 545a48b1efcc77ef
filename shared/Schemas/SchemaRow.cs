namespace SelfHealGitOps.Schemas;

/// <summary>A shape with all that belongs to it. What it consists of is named by indices into the <see cref="SchemaTable"/>.</summary>
internal struct ShapeRow
{
    public SchemaShape Shape;

    /// <summary>For a list or a map, the shape of what it holds.</summary>
    public int Element;

    /// <summary>For an object, its rows of fields, in the order of their names.</summary>
    public int FirstField;
    public int FieldCount;

    /// <summary>For an object, its name; for a text of a few, those texts, with <c>|</c> between them.</summary>
    public int NameStart;
    public int NameLength;
}

/// <summary>A field of an object. There are several rows of one name where versions differ in its shape.</summary>
internal struct FieldRow
{
    public int NameStart;
    public int NameLength;
    public int Shape;
    public bool IsRequired;

    /// <summary>Bit N: true of v1.N.</summary>
    public ulong Versions;
}

/// <summary>A kind of a version of the API, and its type.</summary>
internal struct KindRow
{
    public int ApiVersionStart;
    public int ApiVersionLength;
    public int KindStart;
    public int KindLength;
    public int Shape;
    public ulong Versions;
}
