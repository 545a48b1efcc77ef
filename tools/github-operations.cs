// Cuts what the bot uses out of GitHub's OpenAPI description of its REST API:
//
//     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
//     dotnet run tools/github-operations.cs -- package/generated/api.github.com.json
//
// Which operations are cut is what the file holds already: add a line with one (GET /path/{parameter}), and run this. Of
// the description only facts are taken: parameters, fields, types, which are required, enumerations, codes of answers.
#:property PublishAot=false
using System.Text.Json;

if (args is not [var description, ..])
{
    Console.Error.WriteLine("usage: dotnet run tools/github-operations.cs -- api.github.com.json [operations]");
    return 2;
}

var path = args.Length > 1 ? args[1] : Path.Combine("tests", "gitops-bot", "Fixtures", "Forge", "github-operations.txt");
using var document = JsonDocument.Parse(File.ReadAllBytes(description));
var root = document.RootElement;
List<string> lines =
[
    $"# Operations of GitHub's REST API that the bot uses, as its OpenAPI description {root.GetProperty("info").GetProperty("version").GetString()} has them",
    "# (npm: @octokit/openapi). Written by tools/github-operations.cs, which says how; read by FakeGitHub.",
    "# An operation; below it query parameters, fields of the body (* where required) with their types, codes of answers.",
];
foreach (var operation in File.ReadAllLines(path).Where(line => line.Length > 0 && line[0] is not ('#' or ' ')))
{
    var (method, template) = (operation.Split(' ')[0].ToLowerInvariant(), operation.Split(' ')[1]);
    var item = root.GetProperty("paths").GetProperty(template);
    var found = item.GetProperty(method);
    lines.Add(operation);
    var query = new[] { found, item }.SelectMany(each => Items(each, "parameters")).Where(each => each.GetProperty("in").GetString() == "query");
    Add("query", query.Select(each => $"{each.GetProperty("name").GetString()}:{TypeOf(Resolve(each.GetProperty("schema")))}"));
    if (found.TryGetProperty("requestBody", out var body))
    {
        var schema = Resolve(Resolve(body).GetProperty("content").GetProperty("application/json").GetProperty("schema"));
        schema = schema.TryGetProperty("properties", out _) ? schema : Choices(schema).First(each => each.TryGetProperty("properties", out _));
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(each => each.GetString()).ToHashSet() : [];
        Add("body", schema.GetProperty("properties").EnumerateObject().Select(each => $"{each.Name}{(required.Contains(each.Name) ? "*" : "")}:{TypeOf(Resolve(each.Value))}"));
    }

    Add("answers", found.GetProperty("responses").EnumerateObject().Select(each => each.Name));
}

File.WriteAllText(path, string.Join('\n', lines) + "\n");
return 0;

void Add(string name, IEnumerable<string> values)
{
    if (string.Join(' ', values) is { Length: > 0 } text)
    {
        lines.Add($"  {name}: {text}");
    }
}

JsonElement Resolve(JsonElement each)
{
    while (each.ValueKind == JsonValueKind.Object && each.TryGetProperty("$ref", out var reference))
    {
        each = reference.GetString()!.Split('/')[1..].Aggregate(root, (at, key) => at.GetProperty(key.Replace("~1", "/")));
    }

    return each;
}

IEnumerable<JsonElement> Items(JsonElement each, string name) => each.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(Resolve) : [];

IEnumerable<JsonElement> Choices(JsonElement each) => Items(each, "oneOf").Concat(Items(each, "anyOf"));

string TypeOf(JsonElement schema)
{
    string[] types = schema.TryGetProperty("type", out var type)
        ? type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(each => each.GetString()!)] : [type.GetString()!]
        : [.. Choices(schema).Select(TypeOf).Distinct().Order(StringComparer.Ordinal)];
    if (types is ["string"] && schema.TryGetProperty("enum", out var values))
    {
        return $"string({string.Join(',', values.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()))})";
    }

    return types is ["array"] && schema.TryGetProperty("items", out var items) ? $"array<{TypeOf(Resolve(items))}>" : string.Join('|', types);
}
