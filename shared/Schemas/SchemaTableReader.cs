using System.Buffers.Text;
using System.Text;

namespace SelfHealGitOps.Schemas;

/// <summary>Reads the lines of <c>kubernetes.txt</c>, whose form its first lines say. What is written is trusted: the file is ours.</summary>
internal sealed class SchemaTableReader
{
    private readonly byte[] text;

    // The longest shape is a list of maps of a type; a text of a few may be longer, and is looked up as it is.
    private readonly Dictionary<string, int> byName = new(1024, StringComparer.Ordinal);

    public SchemaTableReader(byte[] text)
    {
        this.text = text;

        // Types first: fields refer to types that come after them.
        var (at, type) = (0, -1);
        while (at < text.Length)
        {
            var line = Line(ref at, out var start);
            if (line.StartsWith("type "u8))
            {
                var (nameStart, nameLength) = Word(line, start, 1);
                byName.Add(Ascii(text.AsSpan(nameStart, nameLength)), Shapes.Count);
                Shapes.Add(new ShapeRow { Shape = SchemaShape.Object, NameStart = nameStart, NameLength = nameLength });
            }
        }

        at = 0;
        var scope = 0UL;
        while (at < text.Length)
        {
            var line = Line(ref at, out var start);
            if (line.StartsWith(" "u8))
            {
                AddField(line, start, type, scope);
            }
            else if (line.StartsWith("type "u8))
            {
                type++;
                scope = Versions(line, start, 2, Known);
                Shapes[type] = Shapes[type] with { FirstField = Fields.Count };
            }
            else if (line.StartsWith("kind "u8))
            {
                AddKind(line, start);
            }
            else if (line.StartsWith("versions "u8))
            {
                Known = Versions(line, start, 1, ulong.MaxValue);
            }
        }
    }

    public ulong Known { get; private set; }

    public List<KindRow> Kinds { get; } = new(256);

    public List<FieldRow> Fields { get; } = new(6000);

    public List<ShapeRow> Shapes { get; } = new(2000);

    private void AddKind(ReadOnlySpan<byte> line, int start)
    {
        var (apiVersionStart, apiVersionLength) = Word(line, start, 1);
        var (kindStart, kindLength) = Word(line, start, 2);
        var (shapeStart, shapeLength) = Word(line, start, 3);
        Kinds.Add(new KindRow
        {
            ApiVersionStart = apiVersionStart,
            ApiVersionLength = apiVersionLength,
            KindStart = kindStart,
            KindLength = kindLength,
            Shape = Shape(shapeStart, shapeLength),
            Versions = Versions(line, start, 4, Known),
        });
    }

    private void AddField(ReadOnlySpan<byte> line, int start, int type, ulong scope)
    {
        var (nameStart, nameLength) = Word(line, start, 1);
        var (shapeStart, shapeLength) = Word(line, start, 2);
        var isRequired = text[nameStart + nameLength - 1] == '!';
        Fields.Add(new FieldRow
        {
            NameStart = nameStart,
            NameLength = isRequired ? nameLength - 1 : nameLength,
            Shape = Shape(shapeStart, shapeLength),
            IsRequired = isRequired,
            Versions = Versions(line, start, 3, scope),
        });
        Shapes[type] = Shapes[type] with { FieldCount = Shapes[type].FieldCount + 1 };
    }

    private int Shape(int start, int length)
    {
        var word = text.AsSpan(start, length);
        Span<char> buffer = stackalloc char[256];
        var known = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        var isShort = length <= buffer.Length;
        if (isShort && System.Text.Ascii.ToUtf16(word, buffer, out var written) == System.Buffers.OperationStatus.Done
            && known.TryGetValue(buffer[..written], out var shape))
        {
            return shape;
        }

        var row = word[0] switch
        {
            (byte)'[' => new ShapeRow { Shape = SchemaShape.List, Element = Shape(start + 2, length - 2) },
            (byte)'{' => new ShapeRow { Shape = SchemaShape.Map, Element = Shape(start + 2, length - 2) },
            (byte)'s' when length > 1 => new ShapeRow { Shape = SchemaShape.Text, NameStart = start + 2, NameLength = length - 2 },
            (byte)'s' => new ShapeRow { Shape = SchemaShape.Text },
            (byte)'i' => new ShapeRow { Shape = SchemaShape.Integer },
            (byte)'n' => new ShapeRow { Shape = SchemaShape.Number },
            (byte)'b' => new ShapeRow { Shape = SchemaShape.Boolean },
            (byte)'q' => new ShapeRow { Shape = SchemaShape.Quantity },
            (byte)'x' => new ShapeRow { Shape = SchemaShape.IntegerOrText },
            (byte)'o' => new ShapeRow { Shape = SchemaShape.FreeObject },
            _ => new ShapeRow { Shape = SchemaShape.Any },
        };
        Shapes.Add(row);
        byName[Ascii(word)] = Shapes.Count - 1;
        return Shapes.Count - 1;
    }

    private ReadOnlySpan<byte> Line(ref int at, out int start)
    {
        start = at;
        var length = text.AsSpan(at).IndexOf((byte)'\n');
        length = length < 0 ? text.Length - at : length;
        at += length + 1;
        return text.AsSpan(start, length);
    }

    /// <summary>The n-th word of a line, as a place in the text; of length 0 where there are not so many.</summary>
    private static (int Start, int Length) Word(ReadOnlySpan<byte> line, int start, int number)
    {
        var at = 0;
        for (; number > 0; number--)
        {
            var space = line[at..].IndexOf((byte)' ');
            if (space < 0)
            {
                return (start, 0);
            }

            at += space + 1;
        }

        var length = line[at..].IndexOf((byte)' ');
        return (start + at, length < 0 ? line.Length - at : length);
    }

    /// <summary>The versions of <c>16-21,23,30-</c>; those of the scope where there is no such word.</summary>
    private ulong Versions(ReadOnlySpan<byte> line, int start, int number, ulong scope)
    {
        var (wordStart, length) = Word(line, start, number);
        if (length == 0)
        {
            return scope;
        }

        var rest = text.AsSpan(wordStart, length);
        var versions = 0UL;
        while (!rest.IsEmpty)
        {
            var first = Utf8Parser.TryParse(rest, out int minor, out var used) ? minor : 0;
            var last = first;
            rest = rest[Math.Max(used, 1)..];
            if (rest.StartsWith("-"u8))
            {
                last = Utf8Parser.TryParse(rest[1..], out int until, out used) ? until : 63;
                rest = rest[(1 + used)..];
            }

            versions |= (ulong.MaxValue >> (63 - last)) & (ulong.MaxValue << first);
            rest = rest.StartsWith(","u8) ? rest[1..] : rest;
        }

        return versions & (Known == 0 ? ulong.MaxValue : Known);
    }

    private static string Ascii(ReadOnlySpan<byte> word) => Encoding.ASCII.GetString(word);
}
