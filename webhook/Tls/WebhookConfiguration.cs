using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>One of this webhook's own configurations as it was read, and what is to be changed about it.</summary>
internal sealed class WebhookConfiguration(JsonObject json)
{
    /// <summary>Whether each entry that is called for anything trusts all of these authorities.</summary>
    public bool Trusts(IEnumerable<X509Certificate2> authorities)
    {
        var wanted = authorities.Select(ManagedCertificates.IdOf).ToArray();
        return Entries().Where(entry => IsArmed(entry.Json)).All(entry => wanted.All(Trusted(entry.Json).Contains));
    }

    /// <param name="mayArm">Whether entries that have no rules yet may get some.</param>
    /// <param name="intent">What is wanted of it, in one text; equal where the same is wanted again.</param>
    /// <param name="changed">The names of the entries that the patch is for.</param>
    /// <returns>A JSON patch that holds for this very version of the object; null where everything is as it should be.</returns>
    public JsonArray? PatchTo(string bundle, EntryRules rules, bool mayArm, out string intent, out IReadOnlyList<string> changed)
    {
        var wish = new StringBuilder(bundle);
        var names = new List<string>();
        changed = names;
        var authorities = Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle));
        var patch = new JsonArray(Operation("test", "/metadata/resourceVersion", json["metadata"]?["resourceVersion"]?.DeepClone()));
        foreach (var (index, name, entry) in Entries())
        {
            var wanted = WithDefaults(rules(json, name));
            if (!IsArmed(entry) && !mayArm)
            {
                continue;
            }

            wish.Append(name).Append('\n').Append(wanted?.ToJsonString()).Append('\n');
            var before = names.Count;
            if (entry["clientConfig"] is JsonObject client && Text(client, "caBundle") != authorities)
            {
                patch.Add((JsonNode)Operation("add", $"/webhooks/{index}/clientConfig/caBundle", authorities));
                names.Add(name);
            }

            if (wanted is not null && !JsonNode.DeepEquals(entry["rules"] ?? new JsonArray(), wanted))
            {
                patch.Add((JsonNode)Operation("add", $"/webhooks/{index}/rules", wanted));
                if (names.Count == before)
                {
                    names.Add(name);
                }
            }
        }

        intent = wish.ToString();
        return names.Count == 0 ? null : patch;
    }

    /// <summary>Gives rules to entries that have none and are to have some; whatever else there is stays.</summary>
    /// <param name="changed">The names of the entries that the patch is for.</param>
    /// <returns>A JSON patch that holds for this very version of the object; null where there is no such entry.</returns>
    public JsonArray? PatchRulesBack(EntryRules rules, out IReadOnlyList<string> changed)
    {
        var names = new List<string>();
        changed = names;
        var patch = new JsonArray(Operation("test", "/metadata/resourceVersion", json["metadata"]?["resourceVersion"]?.DeepClone()));
        foreach (var (index, name, entry) in Entries())
        {
            if (!IsArmed(entry) && WithDefaults(rules(json, name)) is { Count: > 0 } wanted)
            {
                patch.Add((JsonNode)Operation("add", $"/webhooks/{index}/rules", wanted));
                names.Add(name);
            }
        }

        return names.Count == 0 ? null : patch;
    }

    /// <summary>Takes the marks of a break-glass away that is over; null where there are none.</summary>
    public JsonArray? PatchAfter(DateTimeOffset now)
    {
        if (Breakglass.Of(json) is not { } breakglass || breakglass.Holds(now) || Entries().Any(entry => Breakglass.IsOurs(entry.Json) && !IsArmed(entry.Json)))
        {
            return null;
        }

        var changed = json.DeepClone().AsObject();
        Breakglass.Forget(changed);
        return new(
            Operation("test", "/metadata/resourceVersion", json["metadata"]?["resourceVersion"]?.DeepClone()),
            Operation("add", "/metadata/annotations", changed["metadata"]?["annotations"]?.DeepClone()));
    }

    private IEnumerable<(int Index, string Name, JsonObject Json)> Entries()
    {
        var index = -1;
        foreach (var node in json["webhooks"] as JsonArray ?? [])
        {
            index++;
            if (node is JsonObject entry)
            {
                yield return (index, Text(entry, "name") ?? "", entry);
            }
        }
    }

    private static bool IsArmed(JsonObject entry) => entry["rules"] is JsonArray { Count: > 0 };

    private static HashSet<string> Trusted(JsonObject entry)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Text(entry["clientConfig"] as JsonObject ?? [], "caBundle") ?? "")));
            return [.. certificates.Select(ManagedCertificates.IdOf)];
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return [];
        }
    }

    /// <summary>As the API server gives them back, so that what it fills in is no difference.</summary>
    private static JsonArray? WithDefaults(JsonArray? rules)
    {
        var copy = (JsonArray?)rules?.DeepClone();
        foreach (var rule in copy?.OfType<JsonObject>() ?? [])
        {
            rule["scope"] ??= "*";
        }

        return copy;
    }

    private static string? Text(JsonObject map, string key) => map[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject Operation(string operation, string path, JsonNode? value) => new() { ["op"] = operation, ["path"] = path, ["value"] = value };
}
