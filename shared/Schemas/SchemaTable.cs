using System.Numerics;
using System.Text;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Schemas;

/// <summary>
/// The field tables of the Kubernetes API: a few arrays over the bytes of <c>kubernetes.txt</c>. Read when it is first
/// asked for, which takes some milliseconds and 700 KiB; looking up allocates nothing.
/// </summary>
internal sealed class SchemaTable
{
    private static readonly Lazy<SchemaTable> Read = new(() => new SchemaTable(Resource()));

    private readonly byte[] text;
    private readonly KindRow[] kinds;
    private readonly FieldRow[] fields;
    private readonly ShapeRow[] shapes;

    internal SchemaTable(byte[] text)
    {
        var reader = new SchemaTableReader(text);
        this.text = text;
        kinds = [.. reader.Kinds];
        fields = [.. reader.Fields];
        shapes = [.. reader.Shapes];
        Known = reader.Known;
    }

    public static SchemaTable Kubernetes => Read.Value;

    /// <summary>The versions that the table knows; bit N is v1.N.</summary>
    public ulong Known { get; }

    /// <summary>The newest known version, up to the one asked for; the oldest, when that is older than all.</summary>
    public int Nearest(KubernetesVersion version)
    {
        var upTo = version.Minor >= 63 ? Known : Known & ((2UL << version.Minor) - 1);
        return upTo != 0 ? 63 - BitOperations.LeadingZeroCount(upTo) : BitOperations.TrailingZeroCount(Known);
    }

    /// <summary>The shape of a kind at a version; -1 where the version has no such kind.</summary>
    public int Find(ReadOnlySpan<byte> apiVersion, ReadOnlySpan<byte> kind, int minor)
    {
        var (low, high) = (0, kinds.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            ref readonly var row = ref kinds[middle];
            var order = Slice(row.ApiVersionStart, row.ApiVersionLength).SequenceCompareTo(apiVersion);
            order = order != 0 ? order : Slice(row.KindStart, row.KindLength).SequenceCompareTo(kind);
            if (order == 0)
            {
                return (row.Versions >> minor & 1) != 0 ? row.Shape : -1;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    public ref readonly ShapeRow Shape(int shape) => ref shapes[shape];

    public ref readonly FieldRow Field(int field) => ref fields[field];

    /// <summary>The row of an object's field at a version; -1 where it has none.</summary>
    public int FindField(in ShapeRow shape, ReadOnlySpan<byte> name, int minor)
    {
        for (var field = FirstOf(shape, name); field < shape.FirstField + shape.FieldCount && Name(field).SequenceEqual(name); field++)
        {
            if (IsAt(field, minor))
            {
                return field;
            }
        }

        return -1;
    }

    /// <summary>All versions in which an object has a field of this name.</summary>
    public ulong VersionsOf(in ShapeRow shape, ReadOnlySpan<byte> name)
    {
        var versions = 0UL;
        for (var field = FirstOf(shape, name); field < shape.FirstField + shape.FieldCount && Name(field).SequenceEqual(name); field++)
        {
            versions |= fields[field].Versions;
        }

        return versions;
    }

    public bool IsAt(int field, int minor) => (fields[field].Versions >> minor & 1) != 0;

    public ReadOnlySpan<byte> Name(int field) => Slice(fields[field].NameStart, fields[field].NameLength);

    public ReadOnlySpan<byte> Name(in ShapeRow shape) => Slice(shape.NameStart, shape.NameLength);

    /// <summary>How a shape is spoken of: <c>a list of Container</c>.</summary>
    public string Describe(int shape)
    {
        ref readonly var row = ref shapes[shape];
        return row.Shape switch
        {
            SchemaShape.Text => row.NameLength == 0 ? "text" : $"one of {Encoding.UTF8.GetString(Name(row)).Replace("|", ", ", StringComparison.Ordinal)}",
            SchemaShape.Integer => "a whole number",
            SchemaShape.Number => "a number",
            SchemaShape.Boolean => "true or false",
            SchemaShape.Quantity => "a quantity",
            SchemaShape.IntegerOrText => "a whole number or text",
            SchemaShape.Object => $"a map ({ShortName(row)})",
            SchemaShape.Map => $"a map of {Plural(row.Element)}",
            SchemaShape.FreeObject => "a map",
            SchemaShape.List => $"a list of {Plural(row.Element)}",
            _ => "anything",
        };
    }

    /// <summary>The name of an object without its group and version.</summary>
    public string ShortName(in ShapeRow shape)
    {
        var name = Name(shape);
        return Encoding.UTF8.GetString(name[(name.LastIndexOf((byte)'.') + 1)..]);
    }

    private string Plural(int shape) => shapes[shape].Shape switch
    {
        SchemaShape.Integer => "whole numbers",
        SchemaShape.Number => "numbers",
        SchemaShape.Boolean => "true or false",
        SchemaShape.Quantity => "quantities",
        SchemaShape.Text => "text",
        SchemaShape.Object => ShortName(shapes[shape]),
        SchemaShape.FreeObject => "maps",
        _ => Describe(shape),
    };

    private int FirstOf(in ShapeRow shape, ReadOnlySpan<byte> name)
    {
        var (low, high) = (shape.FirstField, shape.FirstField + shape.FieldCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = Name(middle).SequenceCompareTo(name) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private ReadOnlySpan<byte> Slice(int start, int length) => text.AsSpan(start, length);

    private static byte[] Resource()
    {
        using var stream = typeof(SchemaTable).Assembly.GetManifestResourceStream("kubernetes.txt")
            ?? throw new InvalidOperationException("the field tables are not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
