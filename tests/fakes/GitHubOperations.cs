using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Fakes;

/// <summary>What GitHub's description of its API says of the operations that the bot uses.</summary>
internal sealed class GitHubOperations
{
    private readonly List<Operation> operations = [];

    public GitHubOperations(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            if (line[0] != ' ')
            {
                var parts = line.Split(' ');
                operations.Add(new(parts[0], new Regex($"^{Regex.Replace(Regex.Escape(parts[1]), @"\\\{[^}]*}", "[^/]+")}$"), [], [], []));
            }
            else if (line.Trim().Split(' ') is ["query:", .. var query])
            {
                foreach (var parameter in query.Select(parameter => parameter.Split(':')))
                {
                    operations[^1].Query[parameter[0]] = parameter[1];
                }
            }
            else if (line.Trim().Split(' ') is ["body:", .. var fields])
            {
                foreach (var field in fields.Select(field => field.Split(':')))
                {
                    operations[^1].Body[field[0].TrimEnd('*')] = (field[0].EndsWith('*'), field[1]);
                }
            }
            else if (line.Trim().Split(' ') is ["answers:", .. var codes])
            {
                operations[^1].Answers.UnionWith(codes.Select(code => int.Parse(code, CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>What does not fit, or null.</summary>
    public string? Misfit(string method, string path, string query, JsonObject? body)
    {
        if (operations.Find(each => each.Method == method && each.Path.IsMatch(path)) is not { } operation)
        {
            return $"{method} {path}: there is no such operation";
        }

        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')))
        {
            if (!operation.Query.TryGetValue(part[0], out var type))
            {
                return $"{method} {path}: no query '{part[0]}'";
            }

            JsonNode value = type == "integer" && int.TryParse(part[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : part[1];
            if (!Fits(type, value))
            {
                return $"{method} {path}: '{part[0]}' must be {type}, is {part[1]}";
            }
        }

        foreach (var (name, value) in body ?? [])
        {
            if (!operation.Body.TryGetValue(name, out var field))
            {
                return $"{method} {path}: no field '{name}'";
            }

            if (!Fits(field.Type, value))
            {
                return $"{method} {path}: '{name}' must be {field.Type}, is {value?.ToJsonString()}";
            }
        }

        var missing = operation.Body.FirstOrDefault(field => field.Value.IsRequired && body?[field.Key] is null).Key;
        return missing is null ? null : $"{method} {path}: '{missing}' is missing";
    }

    /// <summary>Whether the operation answers so; 401 is everywhere.</summary>
    public bool DoesAnswer(string method, string path, int code) =>
        code == 401 || (operations.Find(each => each.Method == method && each.Path.IsMatch(path)) is { } operation && operation.Answers.Contains(code));

    private static bool Fits(string type, JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Array => type.StartsWith("array<", StringComparison.Ordinal) && value.AsArray().All(item => Fits(type[6..^1], item)),
        JsonValueKind.String => type.StartsWith("string(", StringComparison.Ordinal) ? type[7..^1].Split(',').Contains(value.ToString()) : IsOneOf(type, "string"),
        JsonValueKind.Number => IsOneOf(type, "integer") || IsOneOf(type, "number"),
        JsonValueKind.Object => IsOneOf(type, "object"),
        JsonValueKind.True or JsonValueKind.False => IsOneOf(type, "boolean"),
        _ => false,
    };

    private static bool IsOneOf(string type, string name) => type.Split('|').Contains(name);

    private sealed record Operation(
        string Method, Regex Path, Dictionary<string, string> Query, Dictionary<string, (bool IsRequired, string Type)> Body, HashSet<int> Answers);
}
