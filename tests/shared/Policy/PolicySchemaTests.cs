using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class PolicySchemaTests
{
    [Fact]
    public void Is_published_as_the_code_has_it() =>
        Golden.Matches(Path.Combine(Checkout.Root, "docs", "selfheal.schema.json"), PolicySchema.TextOf(Catalogue.All));

    [Fact]
    public void Knows_the_keys_that_the_reader_knows()
    {
        var properties = PolicySchema.Of(Catalogue.All)["properties"]!.AsObject();

        Assert.Equal(PolicyFile.Keys, properties.Select(property => property.Key));
        Assert.Equal(ImageSection.Keys, Keys(properties["images"]!));
        Assert.Equal(DefaultSection.Keys, Keys(properties["defaults"]!));
        var admission = properties["admission"]!;
        Assert.Equal(AdmissionSection.Keys, Keys(admission));
        Assert.Equal(AdmissionSection.ScopeKeys, Keys(admission["properties"]!["scopes"]!["items"]!));
        Assert.Equal(NamespaceSelectorReading.Keys, Keys(admission["properties"]!["scopes"]!["items"]!["properties"]!["namespaces"]!));
        Assert.Equal(AdmissionSection.NamespaceKeys, Keys(admission["properties"]!["namespaces"]!["additionalProperties"]!));
        Assert.Equal(Catalogue.All.Select(rule => rule.Info.Id).Order(StringComparer.Ordinal), Keys(properties["rules"]!));
    }

    [Fact]
    public void Says_of_parameters_what_they_mean_and_are()
    {
        var parameters = PolicySchema.Of(PolicyText.Rules)["$defs"]!["parameters"]!["test-parameters"]!["properties"]!;

        Assert.Equal(["dirs", "name", "words", "word", "number", "switch"], parameters.AsObject().Select(property => property.Key));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"type": "array", "items": {"type": "string", "format": "regex"}, "description": "What it looks for.", "default": ["^/etc$"]}"""),
            parameters["dirs"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"type": "integer", "minimum": 1, "maximum": 10, "description": "A number.", "default": 3}"""), parameters["number"]));
    }

    [Fact]
    public void Refers_to_nothing_that_is_not_there()
    {
        var schema = PolicySchema.Of(PolicyText.Rules);
        foreach (var reference in References(schema))
        {
            JsonNode? at = schema;
            foreach (var step in reference.Split('/').Skip(1))
            {
                at = at?[step];
            }

            Assert.True(at is not null, reference);
        }
    }

    private static IEnumerable<string> Keys(JsonNode schema) => schema["properties"]!.AsObject().Select(property => property.Key);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => entry.Key == "$ref" ? [(string)entry.Value!] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
