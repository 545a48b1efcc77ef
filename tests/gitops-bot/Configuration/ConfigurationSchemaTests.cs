using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

/// <summary>What the schema says is what the reader does.</summary>
public class ConfigurationSchemaTests
{
    private static readonly JsonObject Schema = ConfigurationSchema.Root();

    private static readonly JsonSchemaCheck Check = new(Schema);

    [Fact]
    public void Is_published_as_the_code_has_it() =>
        Golden.Matches(Path.Combine(Checkout.Root, "docs", "selfheal-bot.schema.json"), ConfigurationSchema.Text());

    [Fact]
    public void Knows_the_keys_that_the_reader_knows()
    {
        var properties = Schema["properties"]!;
        Assert.Equal(ConfigurationFile.Keys, Keys(Schema));
        Assert.Equal(ConfigurationFile.AuthorKeys, Keys(properties["author"]!));
        Assert.Equal(ConfigurationFile.StoreKeys, Keys(properties["store"]!));
        Assert.Equal(ConfigurationFile.ActionKeys, Keys(properties["actions"]!));
        Assert.Equal(ConfigurationFile.HttpKeys, Keys(properties["http"]!));
        Assert.Equal(RepositorySection.Keys, Keys(properties["repositories"]!["items"]!));
        var forge = properties["forges"]!["additionalProperties"]!;
        Assert.Equal(ForgeSection.Keys, Keys(forge));
        Assert.Equal(ForgeSection.CredentialKeys, Keys(forge["properties"]!["credentials"]!));
        Assert.Equal(ForgeSection.AppKeys, Keys(forge["properties"]!["credentials"]!["properties"]!["app"]!));
        var cluster = properties["clusters"]!["additionalProperties"]!;
        Assert.Equal(ClusterSection.Keys, Keys(cluster));
        Assert.Equal(ClusterSection.ArgoKeys, Keys(cluster["properties"]!["argocd"]!));
        Assert.Equal(BudgetSection.TierWords.Select(tier => tier.Word), Keys(properties["limits"]!));
        Assert.All(BudgetSection.TierWords, tier => Assert.Equal(BudgetSection.LimitKeys, Keys(properties["limits"]!["properties"]![tier.Word]!)));
        Assert.Equal(FreezeSection.Keys, Keys(properties["freeze"]!["items"]!));
        Assert.Equal(NamespaceSection.Classes.Select(@class => @class.Word), Keys(properties["namespaces"]!));
        Assert.Equal(RegistrySection.Keys, Keys(properties["registries"]!["additionalProperties"]!));
        Assert.Equal(ModelSection.Keys, Keys(properties["model"]!));
        Assert.Equal(ConfigurationFields.SecretKeys, Keys(Schema["$defs"]!["secret"]!));
        Assert.Equal(GitSection.Keys, Keys(Schema["$defs"]!["git"]!));
        Assert.Equal(GitSection.SshKeys, Keys(Schema["$defs"]!["git"]!["properties"]!["ssh"]!));
    }

    [Fact]
    public void Accepts_the_example() => Assert.Null(Check.ProblemOf(Configurations.Json(Configurations.Example)));

    [Fact]
    public void The_example_has_every_key()
    {
        var shown = Places(Configurations.Json(Configurations.Example), Schema).Select(place => place.Pattern).ToHashSet(StringComparer.Ordinal);

        // A secret is in one of two places, and git is the same everywhere.
        Assert.DoesNotContain(SchemaKeys.Of(Schema).Select(key => key.Path), path => (!shown.Contains(path)
            && !path.Contains(".git.", StringComparison.Ordinal) && !path.EndsWith(".env", StringComparison.Ordinal) && !path.EndsWith(".file", StringComparison.Ordinal)));
        Assert.All(GitSection.Keys.Concat(GitSection.SshKeys).Concat(ConfigurationFields.SecretKeys), key =>
            Assert.Contains(shown, path => path.EndsWith($".{key}", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_reader_accepts_each_word_and_switch_of_it()
    {
        var example = Configurations.Json(Configurations.Example)!;
        var tried = 0;
        foreach (var place in Places(example, Schema).ToList())
        {
            foreach (var value in Values(place.Schema))
            {
                var changed = With(example, place.Path, value);
                tried++;
                if (Configurations.Read(changed.ToJsonString()) is ConfigurationReading.Refused(var problems))
                {
                    var key = string.Join('.', place.Path);
                    Assert.DoesNotContain(problems, problem => problem.Key == key);
                }
            }
        }

        Assert.True(tried > 40, $"{tried}");
    }

    [Fact]
    public void What_the_reader_accepts_it_accepts_and_nothing_throws()
    {
        var random = new Random(20);
        var example = Configurations.Json(Configurations.Example)!;
        var places = Places(example, Schema).ToList();
        var accepted = 0;
        for (var i = 0; i < 1500; i++)
        {
            var changed = example.DeepClone();
            for (var edits = random.Next(1, 3); edits > 0; edits--)
            {
                Mutate(changed, places[random.Next(places.Count)].Path, random);
            }

            var text = changed.ToJsonString();
            if (Configurations.Read(text) is ConfigurationReading.Accepted)
            {
                accepted++;
                Assert.True(Check.ProblemOf(Configurations.Json(text)) is not { } problem, $"{Check.ProblemOf(Configurations.Json(text))}\n{text}");
            }
        }

        Assert.InRange(accepted, 50, 1450);
    }

    [Fact]
    public void Tiers_that_are_blocked_cannot_be_merged_by_it() => Assert.DoesNotContain(Tiers.Word(Tier.Blocked), BudgetSection.Mergeable.Select(tier => tier.Word));

    private static IEnumerable<string> Keys(JsonNode schema) => schema["properties"]!.AsObject().Select(property => property.Key);

    private static JsonArray Values(JsonObject schema) =>
        schema["enum"] is JsonArray words ? words
        : schema["type"] is JsonArray types && types.Any(type => (string)type! == "boolean") ? [true, false, null]
        : [];

    /// <summary>Each place of an instance, with the schema that is for it and its pattern as <see cref="SchemaKeys"/> has it.</summary>
    private static IEnumerable<(string[] Path, string Pattern, JsonObject Schema)> Places(JsonNode? node, JsonObject schema, string[]? path = null, string pattern = "")
    {
        path ??= [];
        var resolved = Check.Resolve(schema);
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    var named = resolved["properties"]?[key] as JsonObject;
                    var below = named ?? resolved["additionalProperties"]!.AsObject();
                    var inside = SchemaKeys.Join(pattern, named is null ? "*" : key);
                    yield return ([.. path, key], inside, Check.Resolve(below));
                    foreach (var place in Places(value, below, [.. path, key], inside))
                    {
                        yield return place;
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    string[] at = [.. path, i.ToString(System.Globalization.CultureInfo.InvariantCulture)];
                    var items = resolved["items"]!.AsObject();
                    yield return (at, pattern + "[]", Check.Resolve(items));
                    foreach (var place in Places(list[i], items, at, pattern + "[]"))
                    {
                        yield return place;
                    }
                }

                break;
        }
    }

    private static JsonNode With(JsonNode root, string[] path, JsonNode? value)
    {
        var changed = root.DeepClone();
        Put(changed, path, value?.DeepClone());
        return changed;
    }

    private static void Mutate(JsonNode root, string[] path, Random random)
    {
        JsonNode?[] values =
        [
            null, true, 0, -1, 3, 100_000, 1e300, "", " ", "x", "a-b", "*", "**", "\u0000", "a\nb", "~/x", "../x", "//", "https://example.com", "http://example.com", "http://localhost:1",
            "https://u:p@example.com", "ssh://git@example.com/a", "git@example.com:a/b.git", "5m", "1h30m", "0s", "99999d", "22:00", "24:00", "2026-12-24", "Europe/Berlin", "Nowhere/At_All", "mon",
            "auto", "error", "local", "github", "vendor", "A", "linux/arm/v7", "shop-*", "a=b", "@me", "[::1]:1", "1.2.3.4:99999", new JsonObject(), new JsonArray(), new JsonArray("x"), new JsonArray(1, null),
            new JsonObject { ["env"] = "A" }, new JsonObject { ["file"] = "a" }, new JsonObject { ["x"] = 1 }, new JsonObject { ["token"] = new JsonObject { ["env"] = "A" } },
        ];
        Put(root, path, values[random.Next(values.Length)]?.DeepClone(), random.Next(6) == 0);
    }

    private static void Put(JsonNode root, string[] path, JsonNode? value, bool remove = false)
    {
        JsonNode? at = root;
        foreach (var step in path.SkipLast(1))
        {
            at = at switch
            {
                JsonObject map => map[step],
                JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }

        switch (at)
        {
            case JsonObject map when remove:
                map.Remove(path[^1]);
                break;
            case JsonObject map:
                map[path[^1]] = value;
                break;
            case JsonArray list when int.TryParse(path[^1], out var last) && last < list.Count:
                list[last] = value;
                break;
        }
    }
}
