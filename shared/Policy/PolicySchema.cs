using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The policy language as a JSON Schema (draft 2020-12), made from what the reader goes by, so that editors offer the
/// rules there are. What a schema cannot say, such as that a request is below its limit, only the reader checks.
/// </summary>
public static class PolicySchema
{
    internal const string Kebab = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

    internal const string LabelKey = @"^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";

    internal const string LabelValue = @"^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$";

    private const string Registry =
        @"^((?=[^/]*[.:A-Z])([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]+)?|localhost)(/[a-z0-9]+([._-]+[a-z0-9]+)*)*/?$";

    /// <summary>The schema as it is published: the same bytes everywhere.</summary>
    public static string TextOf(IReadOnlyList<Rule> catalogue)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Of(catalogue).WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <param name="catalogue">The built-in rules.</param>
    public static JsonObject Of(IReadOnlyList<Rule> catalogue)
    {
        var rules = catalogue.OrderBy(rule => rule.Info.Id, StringComparer.Ordinal).ToList();
        return new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = ".selfheal.yaml",
            ["description"] = "By which rules selfheal judges, and what its fixes may use. Version 1.",
            ["type"] = Nullable("object"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["version"] = new JsonObject { ["description"] = "The version of this language.", ["enum"] = new JsonArray(1, null), ["default"] = 1 },
                ["profile"] = Optional(Described(Reference("profileName"), "The rules to judge by: a built-in profile, or one of those below.")),
                ["kubernetesVersion"] = new JsonObject
                {
                    ["description"] = "The version of the cluster's API that objects are written for.",
                    ["type"] = new JsonArray("string", "number", "null"),
                    ["pattern"] = @"^(latest|v?1\.(0|[1-9][0-9]{0,3})(\.[0-9].*)?)$",
                    ["default"] = "latest",
                },
                ["podSecurityVersion"] = new JsonObject
                {
                    ["description"] = "The version of the Pod Security Standards to judge by.",
                    ["type"] = Nullable("string"),
                    ["pattern"] = @"^(latest|v1\.(0|[1-9][0-9]{0,8}))$",
                    ["default"] = "latest",
                },
                ["exclude"] = List(
                    new JsonObject { ["type"] = "string", ["pattern"] = @"^[^!\\\[][^\\\[]*$" },
                    "What is not looked at: globs (**, *, ?, {a,b}), from the folder of this file."),
                ["rules"] = RulesOf(rules),
                ["profiles"] = new JsonObject
                {
                    ["description"] = "Profiles of your own.",
                    ["type"] = Nullable("object"),
                    ["propertyNames"] = new JsonObject { ["pattern"] = Kebab, ["not"] = new JsonObject { ["enum"] = Strings(BuiltInProfiles.Names) } },
                    ["additionalProperties"] = Reference("profile"),
                },
                ["images"] = Images(),
                ["defaults"] = Defaults(),
                ["exemptions"] = new JsonObject { ["description"] = "Findings that do not count.", ["type"] = Nullable("array") },
                ["admission"] = Described(
                    AdmissionSchema.Section(rules), "What is done at admission, by rule, namespace and operation."),
            },
            ["$defs"] = new JsonObject
            {
                ["severity"] = new JsonObject
                {
                    ["description"] = "How bad a finding is; off for a rule that does not judge, on for its own severity.",
                    ["enum"] = new JsonArray([.. RuleSection.Words.Select(word => (JsonNode)word), true, false]),
                },
                ["ruleId"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(Reference("builtInRule"), new JsonObject { ["type"] = "string", ["pattern"] = Kebab }),
                },
                ["objectRule"] = AdmissionSchema.ObjectRule(rules),
                ["mode"] = AdmissionSchema.Mode(),
                ["builtInRule"] = new JsonObject { ["enum"] = Strings(rules.Select(rule => rule.Info.Id)) },
                ["profileName"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(
                        new JsonObject { ["enum"] = Strings(BuiltInProfiles.Names) }, new JsonObject { ["type"] = "string", ["pattern"] = Kebab }),
                },
                ["profile"] = Profile(),
                ["ownRule"] = OwnRule(rules),
                ["parameters"] = new JsonObject(rules.Where(rule => rule.Parameters.Count > 0)
                    .Select(rule => KeyValuePair.Create(rule.Info.Id, (JsonNode?)ParametersOf(rule)))),
                ["registry"] = new JsonObject { ["type"] = "string", ["pattern"] = Registry },
                ["quantity"] = new JsonObject { ["type"] = new JsonArray("string", "number", "null"), ["pattern"] = @"^\+?[0-9.]+([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$", ["exclusiveMinimum"] = 0 },
                ["amounts"] = Map(DefaultSection.AmountKeys.Select(key => KeyValuePair.Create(key, (JsonNode?)Reference("quantity")))),
                ["probe"] = Probe(),
            },
        };
    }

    private static JsonObject RulesOf(List<Rule> rules) => new()
    {
        ["description"] = "What is changed of rules, by id. A rule that is named is on, unless it is off.",
        ["type"] = Nullable("object"),
        ["propertyNames"] = new JsonObject { ["pattern"] = Kebab },
        ["properties"] = new JsonObject(rules.Select(rule => KeyValuePair.Create(rule.Info.Id, (JsonNode?)BuiltIn(rule)))),
        ["additionalProperties"] = Reference("ownRule"),
    };

    private static JsonObject BuiltIn(Rule rule) => new()
    {
        ["title"] = rule.Info.Title,
        ["description"] = $"{rule.Info.Why} Its severity is {RuleSection.WordOf(rule.Info.Severity)}.",
        ["anyOf"] = new JsonArray(
            Reference("severity"),
            new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject { ["severity"] = Optional(Reference("severity")), ["parameters"] = ParametersReference(rule) },
            }),
    };

    private static JsonObject OwnRule(List<Rule> rules) => new()
    {
        ["description"] = "A rule of your own: a built-in one under another id.",
        ["type"] = "object",
        ["required"] = new JsonArray("like"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["like"] = Described(Reference("builtInRule"), "The built-in rule."),
            ["title"] = new JsonObject { ["description"] = "What is wrong, in a few words.", ["type"] = Nullable("string"), ["minLength"] = 1 },
            ["severity"] = Optional(Reference("severity")),
            ["parameters"] = new JsonObject { ["type"] = Nullable("object") },
        },
        ["allOf"] = new JsonArray([.. rules.Where(rule => rule.Parameters.Count > 0).Select(rule => (JsonNode)new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["like"] = new JsonObject { ["const"] = rule.Info.Id } } },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["parameters"] = ParametersReference(rule) } },
        }).Append(new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["like"] = new JsonObject { ["enum"] = Strings(rules.Where(rule => rule.Parameters.Count == 0).Select(rule => rule.Info.Id)) },
                },
            },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["parameters"] = NoParameters() } },
        })]),
    };

    private static JsonObject ParametersReference(Rule rule) =>
        rule.Parameters.Count > 0 ? Optional(Reference($"parameters/{rule.Info.Id}")) : NoParameters();

    private static JsonObject NoParameters() => new() { ["type"] = Nullable("object"), ["maxProperties"] = 0 };

    private static JsonObject ParametersOf(Rule rule)
    {
        var properties = new JsonObject();
        foreach (var parameter in rule.Parameters)
        {
            var schema = ShapeOf(parameter);
            schema["description"] = parameter.Meaning;
            schema["default"] = parameter.Default.ToJson();
            properties[parameter.Name] = schema;
        }

        return new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject ShapeOf(Parameter parameter) => parameter switch
    {
        Parameter<PatternList> => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["format"] = "regex" } },
        Parameter<Pattern> => new() { ["type"] = "string", ["format"] = "regex" },
        Parameter<WordList> => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        Parameter<string> => new() { ["type"] = "string" },
        IntegerParameter integer => new() { ["type"] = "integer", ["minimum"] = integer.Least, ["maximum"] = integer.Most },
        SwitchParameter => new() { ["type"] = "boolean" },
        _ => [],
    };

    private static JsonObject Profile() => Map(
    [
        new("extends", List(Reference("profileName"), "Profiles whose rules are part of this one.")),
        new("rules", List(Reference("ruleId"), "More rules.")),
        new("without", List(Reference("ruleId"), "Rules that are not part of it, although one of the others has them.")),
    ]);

    private static JsonObject Images()
    {
        var allowed = List(Reference("registry"), "Registries, or parts of them, that images may come from. Turns the rule allowed-registries on.");
        allowed["minItems"] = 1;
        return Map(
        [
            new("allowedRegistries", allowed),
            new("mirrors", new JsonObject
            {
                ["description"] = "What holds the images of another registry under the same paths, by the other's host. Allowed as well.",
                ["type"] = Nullable("object"),
                ["propertyNames"] = new JsonObject { ["pattern"] = "^[^/@]*[.:][^/@]*$|^localhost$" },
                ["additionalProperties"] = Reference("registry"),
            }),
        ]);
    }

    private static JsonObject Defaults()
    {
        var defaults = Map(
        [
            new("resources", Map(DefaultSection.ResourceKeys.Select(key => KeyValuePair.Create(key, (JsonNode?)Optional(Reference("amounts")))))),
            new("livenessProbe", Optional(Reference("probe"))),
            new("readinessProbe", Optional(Reference("probe"))),
            new("security", Map([new("runAsUser", Integer(1, "A user that images can run as."))])),
            new("ttlSecondsAfterFinished", Integer(0, "How long finished Jobs are kept.")),
            new("priorityClassName", new JsonObject { ["type"] = Nullable("string"), ["pattern"] = @"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$" }),
            new("labels", Texts(LabelValue)),
            new("annotations", Texts(null)),
        ]);
        return Described(defaults, "Values that fixes may use. A fix that needs another is refused.");
    }

    /// <param name="pattern">Of the values; null for any text.</param>
    internal static JsonObject Texts(string? pattern)
    {
        var text = new JsonObject { ["type"] = "string" };
        if (pattern is not null)
        {
            text["pattern"] = pattern;
        }

        return new()
        {
            ["type"] = Nullable("object"),
            ["propertyNames"] = new JsonObject { ["pattern"] = LabelKey },
            ["additionalProperties"] = text,
        };
    }

    private static JsonObject Probe()
    {
        var probe = Map(
            ProbeReading.Handlers.Select(handler => KeyValuePair.Create(handler, (JsonNode?)Handler(handler)))
                .Concat(ProbeReading.Numbers.Select(number => KeyValuePair.Create(number, (JsonNode?)Integer(0, null)))));
        probe["type"] = "object";
        probe["oneOf"] = new JsonArray([.. ProbeReading.Handlers.Select(handler => (JsonNode)new JsonObject { ["required"] = new JsonArray(handler) })]);
        return probe;
    }

    private static JsonObject Handler(string name) => name == "exec"
        ? new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("command"),
            ["properties"] = new JsonObject
            {
                ["command"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 } },
            },
        }
        : new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("port"),
            ["properties"] = new JsonObject
            {
                ["port"] = new JsonObject
                {
                    ["type"] = name == "grpc" ? "integer" : new JsonArray("integer", "string"),
                    ["minimum"] = 1,
                    ["maximum"] = 65535,
                    ["minLength"] = 1,
                },
            },
        };

    internal static JsonObject Map(IEnumerable<KeyValuePair<string, JsonNode?>> properties) =>
        new() { ["type"] = Nullable("object"), ["additionalProperties"] = false, ["properties"] = new JsonObject(properties) };

    internal static JsonObject List(JsonObject items, string description) =>
        new() { ["description"] = description, ["type"] = Nullable("array"), ["items"] = items };

    private static JsonObject Integer(long least, string? description)
    {
        var schema = new JsonObject { ["type"] = Nullable("integer"), ["minimum"] = least, ["maximum"] = DefaultSection.MostInteger };
        return description is null ? schema : Described(schema, description);
    }

    internal static JsonObject Described(JsonObject schema, string description)
    {
        schema.Insert(0, "description", description);
        return schema;
    }

    /// <summary>As the schema says, or null, which reads as left out.</summary>
    internal static JsonObject Optional(JsonObject schema) =>
        new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };

    internal static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    internal static JsonArray Nullable(string type) => new(type, "null");

    internal static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
