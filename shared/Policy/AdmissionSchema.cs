using System.Text.Json.Nodes;

namespace SelfHealGitOps.Policy;

/// <summary>The part of the <see cref="PolicySchema"/> that is about admission.</summary>
internal static class AdmissionSchema
{
    public static JsonObject Section(IReadOnlyList<Rule> rules) => PolicySchema.Map(
    [
        new("profile", PolicySchema.Optional(PolicySchema.Described(PolicySchema.Reference("profileName"), "The rules to judge by at admission; else the file's profile."))),
        new("mode", PolicySchema.Optional(PolicySchema.Described(PolicySchema.Reference("mode"), "What a finding leads to where nothing below says something else. Left out: warn for rules of severity info, enforce for all others."))),
        new("rules", RuleModes(rules)),
        new("scopes", Scopes()),
        new("oldViolations", OldViolations()),
        new("correct", PolicySchema.List(PolicySchema.Reference("objectRule"), "Rules whose fixes for review are carried out at admission, too.")),
        new("namespaces", Namespaces()),
    ]);

    public static JsonObject Mode() => new()
    {
        ["description"] = "Nothing, a line in the audit log, a warning, or a refusal.",
        ["enum"] = new JsonArray([.. AdmissionSection.Modes.Select(mode => (JsonNode)mode), false]),
    };

    /// <summary>The owner's own rules among them, of which a schema cannot say what they judge.</summary>
    public static JsonObject ObjectRule(IReadOnlyList<Rule> rules) => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["enum"] = PolicySchema.Strings(rules.OfType<ObjectRule>().Select(rule => rule.Info.Id)) },
            new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = PolicySchema.Kebab,
                ["not"] = new JsonObject { ["enum"] = PolicySchema.Strings(rules.OfType<SetRule>().Select(rule => rule.Info.Id)) },
            }),
    };

    private static JsonObject RuleModes(IReadOnlyList<Rule> rules) => new()
    {
        ["description"] = "The mode of single rules.",
        ["type"] = PolicySchema.Nullable("object"),
        ["propertyNames"] = PolicySchema.Reference("objectRule"),
        ["properties"] = new JsonObject(rules.OfType<ObjectRule>().Select(rule => KeyValuePair.Create(rule.Info.Id, (JsonNode?)PolicySchema.Reference("mode")))),
        ["additionalProperties"] = PolicySchema.Reference("mode"),
    };

    private static JsonObject Scopes()
    {
        var scope = PolicySchema.Map(
        [
            new("namespaces", Selector()),
            new("operations", Filled(new JsonObject { ["enum"] = PolicySchema.Strings(AdmissionSection.Operations) }, "What is done to the object; else anything.")),
            new("rules", Filled(PolicySchema.Reference("objectRule"), "The rules that it is about; else all.")),
            new("mode", PolicySchema.Reference("mode")),
        ]);
        scope["type"] = "object";
        scope["required"] = new JsonArray("mode");
        var scopes = PolicySchema.List(scope, "Modes by namespace, operation and rule. The last entry that matches wins.");
        scopes["maxItems"] = AdmissionSection.MaxScopes;
        return scopes;
    }

    private static JsonObject Selector()
    {
        var labels = PolicySchema.Texts(PolicySchema.LabelValue);
        (labels["type"], labels["minProperties"]) = ("object", 1);
        var expression = PolicySchema.Map(
        [
            new("key", new JsonObject { ["type"] = "string", ["pattern"] = PolicySchema.LabelKey }),
            new("operator", new JsonObject { ["enum"] = PolicySchema.Strings(NamespaceSelectorReading.Operators) }),
            new("values", PolicySchema.List(new JsonObject { ["type"] = "string", ["pattern"] = PolicySchema.LabelValue }, "For In and NotIn.")),
        ]);
        expression["type"] = "object";
        expression["required"] = new JsonArray("key", "operator");
        var selector = PolicySchema.Map(
        [
            new("names", Filled(new JsonObject { ["type"] = "string", ["pattern"] = PolicySchema.Kebab }, "Whole names.")),
            new("matchLabels", labels),
            new("matchExpressions", Filled(expression, "As in a label selector.")),
        ]);
        (selector["type"], selector["minProperties"]) = ("object", 1);
        return PolicySchema.Described(selector, "Namespaces for which all of this holds; else every one, and objects of the whole cluster.");
    }

    private static JsonObject OldViolations() => new()
    {
        ["description"] = "What an update leads to that leaves a violation as it was.",
        ["enum"] = new JsonArray([.. AdmissionSection.OldModes.Select(mode => (JsonNode)mode), null]),
        ["default"] = AdmissionSection.OldModes[0],
    };

    private static JsonObject Namespaces() => new()
    {
        ["description"] = "The labels of namespaces, for where there is no cluster to ask.",
        ["type"] = PolicySchema.Nullable("object"),
        ["propertyNames"] = new JsonObject { ["pattern"] = PolicySchema.Kebab },
        ["additionalProperties"] = PolicySchema.Map([new("labels", PolicySchema.Texts(PolicySchema.LabelValue))]),
        ["maxProperties"] = AdmissionSection.MaxNamespaces,
    };

    /// <summary>A list that is left out or has an element.</summary>
    private static JsonObject Filled(JsonObject items, string description)
    {
        var list = PolicySchema.List(items, description);
        (list["type"], list["minItems"]) = ("array", 1);
        return list;
    }
}
