using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

public sealed class ChartTests
{
    public static TheoryData<string> Cases => [.. InstallCase.All.Select(each => each.Name)];

    [Fact]
    public void Its_generated_part_is_fresh() => Golden.Matches(Chart.Generated, Chart.GeneratedText());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Makes_the_objects_that_the_command_prints(string name)
    {
        var each = InstallCase.Of(name);
        var printed = ById(Chart.Objects(each.Print()));
        var rendered = ById(each.RenderChart());
        Assert.Equal(printed.Keys.Order(StringComparer.Ordinal), rendered.Keys.Order(StringComparer.Ordinal));
        foreach (var (id, written) in printed)
        {
            Assert.True(JsonNode.DeepEquals(written, rendered[id]), $"{id}\nmanifests: {Sorted(written)!.ToJsonString()}\nchart:     {Sorted(rendered[id])!.ToJsonString()}");
        }
    }

    [Fact]
    public void Leaves_the_namespace_to_helm_unless_told_otherwise() =>
        Assert.DoesNotContain(Chart.Render("selfheal", []), each => each["kind"]!.GetValue<string>() == "Namespace");

    [Fact]
    public void Places_the_pods_as_it_is_told()
    {
        var pod = Chart.Render("selfheal", JsonNode.Parse("""
            {"nodeSelector": {"pool": "system"}, "tolerations": [{"key": "system", "operator": "Exists"}], "priorityClassName": "", "image": {"pullSecrets": ["ours"]}, "networkPolicy": {"enabled": false}}
            """)!.AsObject()).Single(each => each["kind"]!.GetValue<string>() == "Deployment")["spec"]!["template"]!["spec"]!;
        Assert.Equal("""{"pool":"system"}""", pod["nodeSelector"]!.ToJsonString());
        Assert.Equal("""[{"key":"system","operator":"Exists"}]""", pod["tolerations"]!.ToJsonString());
        Assert.Equal("""[{"name":"ours"}]""", pod["imagePullSecrets"]!.ToJsonString());
        Assert.Null(pod["priorityClassName"]);
    }

    [Fact]
    public void Refuses_files_without_an_authority() =>
        Assert.Throws<HelmFailureException>(() => Chart.Render("selfheal", JsonNode.Parse("""{"certificates": {"mode": "files"}}""")!.AsObject()));

    [Fact]
    public void Refuses_two_sources_of_client_authorities() =>
        Assert.Throws<HelmFailureException>(() => Chart.Render("selfheal", JsonNode.Parse("""{"clientCa": {"configMap": "a", "secret": "b"}}""")!.AsObject()));

    [Fact]
    public void Takes_no_authority_for_certificates_that_the_webhook_makes()
    {
        var objects = Chart.Render("selfheal", JsonNode.Parse("""{"certificates": {"caBundle": "AAAA", "injectCaFrom": "a/b"}}""")!.AsObject());
        Assert.All(objects.Where(each => each["webhooks"] is not null), each =>
        {
            Assert.Null(each["metadata"]!["annotations"]);
            Assert.All(each["webhooks"]!.AsArray(), entry => Assert.Null(entry!["clientConfig"]!["caBundle"]));
        });
    }

    [Fact]
    public void Is_of_the_release()
    {
        var version = SelfHeal.Run(Path.GetTempPath(), "--version").Output.Trim();
        Assert.Equal(version, Chart.Metadata["version"]!.GetValue<string>());
        Assert.Equal(version, Chart.Metadata["appVersion"]!.GetValue<string>());
    }

    [Fact]
    public void Every_value_has_a_schema_that_it_fits()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "values.schema.json")))!.AsObject();
        Fits(schema, schema, Chart.Values, "", isWhole: true);
        foreach (var each in InstallCase.All)
        {
            Fits(schema, schema, JsonNode.Parse(each.Values)!, "", isWhole: false);
        }
    }

    [Theory]
    [InlineData("""{"mode": "files"}""")]
    [InlineData("""{"repicas": 3}""")]
    [InlineData("""{"replicas": 0}""")]
    [InlineData("""{"profile": "strict"}""")]
    [InlineData("""{"image": {"digest": "latest"}}""")]
    [InlineData("""{"excludedNamespaces": ["*"]}""")]
    [InlineData("""{"certificates": {"mode": "none"}}""")]
    public void The_schema_refuses(string values)
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "values.schema.json")))!.AsObject();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Fits(schema, schema, JsonNode.Parse(values)!, "", isWhole: false));
    }

    [Fact]
    public void The_schema_knows_the_profiles()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "values.schema.json")))!["properties"]!;
        Assert.Equal(
            BuiltInProfiles.Names.Order(StringComparer.Ordinal),
            schema["profile"]!["enum"]!.AsArray().Select(each => each!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_value_is_used_by_a_template()
    {
        var templates = string.Concat(Directory.GetFiles(Path.Combine(Chart.Folder, "templates")).Select(File.ReadAllText));
        foreach (var (key, value) in Chart.Values)
        {
            foreach (var path in value is JsonObject { Count: > 0 } map && key != "resources" ? map.Select(each => $"{key}.{each.Key}") : [key])
            {
                Assert.Contains($".Values.{path}", templates, StringComparison.Ordinal);
            }
        }
    }

    private static Dictionary<string, JsonObject> ById(IEnumerable<JsonObject> objects) =>
        objects.ToDictionary(each => $"{each["apiVersion"]} {each["kind"]} {each["metadata"]!["namespace"]}/{each["metadata"]!["name"]}");

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => KeyValuePair.Create(each.Key, Sorted(each.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    /// <summary>The part of JSON Schema that the chart's schema uses.</summary>
    private static void Fits(JsonObject root, JsonObject schema, JsonNode? value, string at, bool isWhole)
    {
        Assert.Empty(schema.Select(each => each.Key).Except(
            ["$schema", "$ref", "type", "additionalProperties", "definitions", "properties", "items", "enum", "pattern", "maxLength", "minimum"]));
        if (schema["$ref"] is { } reference)
        {
            Fits(root, root["definitions"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject(), value, at, isWhole);
            return;
        }

        Assert.True(schema["enum"] is not JsonArray known || known.Any(each => JsonNode.DeepEquals(each, value)), $"{at} is {value?.ToJsonString()}");
        switch (schema["type"]?.GetValue<string>())
        {
            case "object":
                var map = Assert.IsType<JsonObject>(value);
                var properties = schema["properties"] as JsonObject ?? [];
                Assert.True(!isWhole || properties.All(each => map.ContainsKey(each.Key) || each.Key is "global"), $"{at}: the schema has more than values.yaml");
                foreach (var (key, inner) in map)
                {
                    if (properties[key] is JsonObject of)
                    {
                        Fits(root, of, inner, $"{at}.{key}", isWhole);
                    }
                    else if (schema["additionalProperties"] is JsonObject any)
                    {
                        Fits(root, any, inner, $"{at}.{key}", isWhole);
                    }
                    else
                    {
                        Assert.True(schema["additionalProperties"] is null, $"the schema does not know {at}.{key}");
                    }
                }

                break;
            case "array":
                Assert.All(Assert.IsType<JsonArray>(value), element => Fits(root, schema["items"]!.AsObject(), element, $"{at}[]", isWhole));
                break;
            case "string":
                var text = value!.GetValue<string>();
                Assert.True(schema["pattern"] is not { } pattern || Regex.IsMatch(text, pattern.GetValue<string>()), $"{at} is '{text}'");
                Assert.True(schema["maxLength"] is not { } length || text.Length <= length.GetValue<int>(), $"{at} is '{text}'");
                break;
            case "boolean":
                Assert.Contains(value!.ToJsonString(), (string[])["true", "false"]);
                break;
            case "integer":
                Assert.True(long.Parse(value!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) >= (schema["minimum"]?.GetValue<long>() ?? long.MinValue), $"{at} is {value}");
                break;
        }
    }
}
