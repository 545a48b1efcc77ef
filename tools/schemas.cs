// Adds a version of Kubernetes to the field tables:
//
//     dotnet run tools/schemas.cs -- 1.37 swagger.json
//
// swagger.json is api/openapi-spec/swagger.json of the release's tag in the Kubernetes repository. A version that the
// tables know already is replaced. Of the specification only facts are taken: kinds, field names, types, which fields are
// required, and enumerations. Read the diff: it says what the version has added and taken away.
#:property PublishAot=false
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

if (args is not [var version, var specification, ..] || !version.StartsWith("1.", StringComparison.Ordinal)
    || !int.TryParse(version.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor > 63)
{
    Console.Error.WriteLine("usage: dotnet run tools/schemas.cs -- 1.N swagger.json [tables]");
    return 2;
}

var path = args.Length > 2 ? args[2] : Path.Combine("shared", "Schemas", "kubernetes.txt");
var tables = Tables.Read(File.Exists(path) ? File.ReadAllLines(path) : []);
using (var document = JsonDocument.Parse(File.ReadAllBytes(specification)))
{
    tables.Forget(minor);
    tables.Add(minor, document.RootElement.GetProperty("definitions"));
}

File.WriteAllText(path, tables.Write());
Console.WriteLine($"{path}: {tables}");
return 0;

/// <summary>All rows of the tables, each with the versions it is true of: bit N for v1.N.</summary>
internal sealed class Tables
{
    private const string Header = """
        # The objects of the Kubernetes API, field by field: facts from the OpenAPI specification of each version.
        # Written by tools/schemas.cs, which says how to add a version; read by SchemaTable.
        #
        #   versions FROM-TO,…               minor versions that the tables know
        #   kind APIVERSION KIND TYPE        the type of a kind
        #   type TYPE                        a type; the lines below it that begin with a space are its fields
        #    NAME[!] SHAPE                   a field; ! where it is required
        #
        # A line may end in the minor versions that it is true of; one that does not is true of all versions, a field's of
        # all that have its type. SHAPE: s text, i whole number, n number, b boolean, q quantity, x whole number or text,
        # o object of any fields, * anything, []SHAPE list, {}SHAPE map, s=A|B one of these texts, or the name of a type.

        """;

    private readonly SortedDictionary<string, ulong> kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, ulong>> types = new(StringComparer.Ordinal);
    private ulong known;

    public static Tables Read(string[] lines)
    {
        var tables = new Tables();
        SortedDictionary<string, ulong> fields = [];
        var scope = 0UL;
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            switch (words)
            {
                case [""] or ["#", ..]:
                    break;
                case ["versions", var ranges]:
                    tables.known = Mask(ranges, ulong.MaxValue);
                    break;
                case ["kind", var apiVersion, var kind, var type, ..]:
                    tables.kinds[$"{apiVersion} {kind} {type}"] = words.Length > 4 ? Mask(words[4], tables.known) : tables.known;
                    break;
                case ["type", var type, ..]:
                    scope = words.Length > 2 ? Mask(words[2], tables.known) : tables.known;
                    tables.types[type] = fields = new(StringComparer.Ordinal) { [""] = scope };
                    break;
                default:
                    fields[$"{words[1]} {words[2]}"] = words.Length > 3 ? Mask(words[3], tables.known) : scope;
                    break;
            }
        }

        return tables;
    }

    public void Forget(int minor)
    {
        known &= ~(1UL << minor);
        Forget(kinds, minor);
        foreach (var (type, fields) in types.ToList())
        {
            Forget(fields, minor);
            if (fields.Count == 0)
            {
                types.Remove(type);
            }
        }
    }

    /// <summary>Adds the kinds that have metadata of their own, and the types that they are made of.</summary>
    public void Add(int minor, JsonElement definitions)
    {
        known |= 1UL << minor;
        foreach (var definition in definitions.EnumerateObject())
        {
            if (definition.Value.TryGetProperty("x-kubernetes-group-version-kind", out var names)
                && definition.Value.TryGetProperty("properties", out var properties)
                && properties.TryGetProperty("metadata", out var metadata) && Reference(metadata) is { } type
                && type.EndsWith(".ObjectMeta", StringComparison.Ordinal))
            {
                foreach (var name in names.EnumerateArray())
                {
                    var group = name.GetProperty("group").GetString();
                    var apiVersion = (string.IsNullOrEmpty(group) ? "" : group + "/") + name.GetProperty("version").GetString();
                    Mark(kinds, $"{apiVersion} {name.GetProperty("kind").GetString()} {Short(definition.Name)}", minor);
                }

                AddType(minor, definition.Name, definitions);
            }
        }
    }

    public string Write()
    {
        var text = new StringBuilder(Header).Append("versions ").Append(Ranges(known, isOpen: false)).Append("\n\n");
        foreach (var (kind, versions) in kinds)
        {
            text.Append("kind ").Append(kind).Append(Suffix(versions, known)).Append('\n');
        }

        foreach (var (type, fields) in types)
        {
            text.Append("\ntype ").Append(type).Append(Suffix(fields[""], known)).Append('\n');
            foreach (var (field, versions) in fields.Skip(1))
            {
                text.Append(' ').Append(field).Append(Suffix(versions, fields[""])).Append('\n');
            }
        }

        return text.ToString();
    }

    public override string ToString() =>
        $"{BitOperations.PopCount(known)} versions, {kinds.Count} kinds, {types.Count} types, {types.Values.Sum(fields => fields.Count - 1)} fields";

    private void AddType(int minor, string name, JsonElement definitions)
    {
        var type = Short(name);
        if (!types.TryGetValue(type, out var fields))
        {
            types[type] = fields = new(StringComparer.Ordinal);
        }
        else if (fields.TryGetValue("", out var versions) && (versions >> minor & 1) != 0)
        {
            return;
        }

        Mark(fields, "", minor);
        var definition = definitions.GetProperty(name);
        var required = definition.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(each => each.GetString()).ToHashSet() : [];
        foreach (var property in definition.GetProperty("properties").EnumerateObject())
        {
            Mark(fields, $"{property.Name}{(required.Contains(property.Name) ? "!" : "")} {Shape(minor, property.Value, definitions)}", minor);
        }
    }

    private string Shape(int minor, JsonElement schema, JsonElement definitions)
    {
        if (Reference(schema) is { } name)
        {
            var definition = definitions.GetProperty(name);
            if (definition.TryGetProperty("properties", out _))
            {
                AddType(minor, name, definitions);
                return Short(name);
            }

            return name.EndsWith(".resource.Quantity", StringComparison.Ordinal) ? "q"
                : name.EndsWith(".intstr.IntOrString", StringComparison.Ordinal) ? "x"
                : Shape(minor, definition, definitions);
        }

        return (schema.TryGetProperty("type", out var type) ? type.GetString() : null) switch
        {
            "string" when schema.TryGetProperty("format", out var format) && format.GetString() == "int-or-string" => "x",
            "string" when schema.TryGetProperty("enum", out var values) => "s=" + string.Join('|', values.EnumerateArray().Select(each => each.GetString())),
            "string" => "s",
            "integer" => "i",
            "number" => "n",
            "boolean" => "b",
            "array" => "[]" + Shape(minor, schema.GetProperty("items"), definitions),
            "object" when schema.TryGetProperty("additionalProperties", out var values) => "{}" + Shape(minor, values, definitions),
            "object" => "o",
            null => "*",
            var other => throw new InvalidDataException($"a schema of type {other}"),
        };
    }

    private static string? Reference(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? reference.GetString()!["#/definitions/".Length..]
        : schema.TryGetProperty("allOf", out var all) && all.GetArrayLength() == 1 ? Reference(all[0])
        : null;

    /// <summary>The group, version and name that a definition's long name ends in; the rest says which Go package it is from.</summary>
    private static string Short(string definition) => string.Join('.', definition.Split('.')[^3..]);

    private static void Mark(SortedDictionary<string, ulong> rows, string row, int minor) =>
        rows[row] = (rows.TryGetValue(row, out var versions) ? versions : 0) | (1UL << minor);

    private static void Forget(SortedDictionary<string, ulong> rows, int minor)
    {
        foreach (var (row, versions) in rows.ToList())
        {
            if ((rows[row] = versions & ~(1UL << minor)) == 0)
            {
                rows.Remove(row);
            }
        }
    }

    private string Suffix(ulong versions, ulong scope) => versions == scope ? "" : " " + Ranges(versions, isOpen: true);

    /// <summary>A range that ends with the newest version stays open, so that a new version leaves the line as it is.</summary>
    private string Ranges(ulong versions, bool isOpen)
    {
        var newest = 63 - BitOperations.LeadingZeroCount(known);
        var ranges = new List<string>();
        for (var minor = 0; minor <= newest; minor++)
        {
            if ((versions >> minor & 1) == 0)
            {
                continue;
            }

            // A version that nobody has added does not end the range of a row.
            var (first, last) = (minor, minor);
            while (minor < newest && ((versions >> (minor + 1) & 1) != 0 || (isOpen && (known >> (minor + 1) & 1) == 0)))
            {
                minor++;
                last = (versions >> minor & 1) != 0 ? minor : last;
            }

            ranges.Add(last == newest && isOpen ? $"{first}-" : first == last ? $"{first}" : $"{first}-{last}");
        }

        return string.Join(',', ranges);
    }

    private static ulong Mask(string ranges, ulong known)
    {
        var mask = 0UL;
        foreach (var range in ranges.Split(','))
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = ends.Length == 1 ? first : ends[1].Length == 0 ? 63 : int.Parse(ends[1], CultureInfo.InvariantCulture);
            mask |= (ulong.MaxValue >> (63 - last)) & (ulong.MaxValue << first);
        }

        return mask & known;
    }
}
