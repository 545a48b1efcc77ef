using System.Numerics;
using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Schemas;

/// <summary>One walk through an object, along its schema.</summary>
internal ref struct SchemaVisit(SchemaTable table, int minor)
{
    private List<SchemaViolation>? violations;

    public readonly IReadOnlyList<SchemaViolation> Violations => violations ?? (IReadOnlyList<SchemaViolation>)[];

    public void Object(Field map, int shape)
    {
        ref readonly var row = ref table.Shape(shape);
        var required = 0;
        foreach (var entry in map.Entries)
        {
            var field = table.FindField(row, entry.Utf8Key, minor);
            if (field < 0)
            {
                Unknown(map, entry, row);
            }
            else if (entry.Value.Exists)
            {
                // A null is as good as no field at all.
                required += table.Field(field).IsRequired ? 1 : 0;
                Value(entry.Value, table.Field(field).Shape, field, row);
            }
        }

        for (var field = row.FirstField; field < row.FirstField + row.FieldCount; field++)
        {
            required -= table.Field(field).IsRequired && table.IsAt(field, minor) ? 1 : 0;
        }

        if (required != 0)
        {
            Missing(map, row);
        }
    }

    /// <param name="field">The field that the value is the value of, or lies in a list or map of; and its owner.</param>
    private void Value(Field value, int shape, int field, in ShapeRow owner)
    {
        ref readonly var row = ref table.Shape(shape);
        switch (row.Shape)
        {
            case SchemaShape.Object when value.IsMap:
                Object(value, shape);
                break;
            case SchemaShape.Map when value.IsMap:
                foreach (var entry in value.Entries)
                {
                    if (entry.Value.Exists)
                    {
                        Value(entry.Value, row.Element, field, owner);
                    }
                }

                break;
            case SchemaShape.List when value.IsList:
                foreach (var element in value.Elements)
                {
                    if (element.Exists)
                    {
                        Value(element, row.Element, field, owner);
                    }
                }

                break;
            case SchemaShape.Text when value.IsString:
                if (row.NameLength > 0 && !IsOneOf(table.Name(row), value.Utf8))
                {
                    Wrong(SchemaProblem.WrongValue, value, shape, field, owner);
                }

                break;
            default:
                if (!Fits(value, row.Shape))
                {
                    Wrong(SchemaProblem.WrongShape, value, shape, field, owner);
                }

                break;
        }
    }

    private static bool Fits(Field value, SchemaShape shape) => shape switch
    {
        SchemaShape.Any => true,
        SchemaShape.Integer => value.Integer is not null,
        SchemaShape.Number => value.Kind == NodeKind.Number,
        SchemaShape.Boolean => value.Kind == NodeKind.Boolean,
        SchemaShape.Quantity => value.Kind is NodeKind.Number or NodeKind.String,
        SchemaShape.IntegerOrText => value.IsString || value.Integer is not null,
        SchemaShape.FreeObject => value.IsMap,
        _ => false,
    };

    private static bool IsOneOf(ReadOnlySpan<byte> words, ReadOnlySpan<byte> text)
    {
        foreach (var word in words.Split((byte)'|'))
        {
            if (words[word].SequenceEqual(text))
            {
                return true;
            }
        }

        return TemplateText.IsExpression(text);
    }

    private void Wrong(SchemaProblem problem, Field value, int shape, int field, in ShapeRow owner)
    {
        if (value.IsString && TemplateText.IsExpression(value.Utf8))
        {
            return;
        }

        var name = Encoding.UTF8.GetString(table.Name(field));
        var (type, outer) = (table.ShortName(owner), table.Shape(table.Field(field).Shape).Shape);
        var place = shape == table.Field(field).Shape ? $"'{name}' of {type}"
            : outer == SchemaShape.List ? $"an element of '{name}' of {type}"
            : $"a value in '{name}' of {type}";
        var seen = problem == SchemaProblem.WrongValue ? "another text" : value.Kind switch
        {
            NodeKind.Map => "a map",
            NodeKind.List => "a list",
            NodeKind.String => "text",
            NodeKind.Boolean => "true or false",
            _ when table.Shape(shape).Shape is SchemaShape.Integer or SchemaShape.IntegerOrText => "a number with a fraction, or too large",
            _ => "a number",
        };
        Add(new(problem, value, type, table.Shape(shape).Shape, $"{place} is {seen}; must be {table.Describe(shape)}"));
    }

    private void Missing(Field map, in ShapeRow row)
    {
        for (var field = row.FirstField; field < row.FirstField + row.FieldCount; field++)
        {
            if (!table.Field(field).IsRequired || !table.IsAt(field, minor))
            {
                continue;
            }

            var name = Encoding.UTF8.GetString(table.Name(field));
            if (!map[name].Exists)
            {
                var shape = table.Field(field).Shape;
                Add(new(
                    SchemaProblem.MissingField,
                    map[name],
                    table.ShortName(row),
                    table.Shape(shape).Shape,
                    $"{table.ShortName(row)} has no '{name}'; must be {table.Describe(shape)}"));
            }
        }
    }

    private void Unknown(Field map, Entry entry, in ShapeRow row)
    {
        if (TemplateText.IsExpression(entry.Utf8Key))
        {
            return;
        }

        var (key, type) = (entry.Key, table.ShortName(row));
        var meant = Meant(map, key, row);
        var name = meant < 0 ? null : Encoding.UTF8.GetString(table.Name(meant));
        var elsewhere = table.VersionsOf(row, entry.Utf8Key);
        Add(new(
            SchemaProblem.UnknownField,
            entry.Value,
            type,
            SchemaShape.Any,
            $"{type} has no field '{key}' in Kubernetes v1.{minor}{(name is not null ? $"; is '{name}' meant?" : elsewhere != 0 ? $"; {Elsewhere(elsewhere)}" : "")}")
        {
            Meant = name,
            FitsMeant = meant >= 0 && FitsField(entry.Value, meant, row),
        });
    }

    private readonly string Elsewhere(ulong versions) =>
        versions >> minor != 0
            ? $"it came with v1.{BitOperations.TrailingZeroCount(versions >> minor << minor)}"
            : $"it went after v1.{63 - BitOperations.LeadingZeroCount(versions)}";

    private readonly bool FitsField(Field value, int field, in ShapeRow row)
    {
        var visit = new SchemaVisit(table, minor);
        if (value.Exists)
        {
            visit.Value(value, table.Field(field).Shape, field, row);
        }

        return visit.violations is null;
    }

    /// <summary>The one field that is not set and whose name differs in the case of letters, or else in one letter; -1 for none or several.</summary>
    private readonly int Meant(Field map, string key, in ShapeRow row)
    {
        var (meant, isCase, count) = (-1, false, 0);
        for (var field = row.FirstField; field < row.FirstField + row.FieldCount; field++)
        {
            if (!table.IsAt(field, minor))
            {
                continue;
            }

            var name = Encoding.UTF8.GetString(table.Name(field));
            var sameButCase = string.Equals(name, key, StringComparison.OrdinalIgnoreCase);
            if ((sameButCase || (!isCase && IsOneLetterAway(name, key))) && !map[name].IsWritten)
            {
                count = sameButCase && !isCase ? 1 : count + 1;
                (meant, isCase) = (field, sameButCase || isCase);
            }
        }

        return count == 1 ? meant : -1;
    }

    /// <summary>One letter more, one less, another one, or two neighbours the other way round; of short names too many are that close.</summary>
    private static bool IsOneLetterAway(string name, string key)
    {
        if (name.Length < 4 || key.Length < 4 || Math.Abs(name.Length - key.Length) > 1)
        {
            return false;
        }

        var start = name.AsSpan().CommonPrefixLength(key);
        var a = name.AsSpan(start);
        var b = key.AsSpan(start);
        return a.Length == b.Length
            ? a.Length > 0 && (a[1..].SequenceEqual(b[1..]) || (a.Length > 1 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..])))
            : a.Length > b.Length ? a[1..].SequenceEqual(b) : b[1..].SequenceEqual(a);
    }

    private void Add(SchemaViolation violation) => (violations ??= []).Add(violation);
}
