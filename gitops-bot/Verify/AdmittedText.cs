using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// An answer of the server as text to be compared: without what differs from one dry run to the next (versions, times,
/// names and addresses that are given out), without status, and without the data of Secrets and the values of variables
/// whose names speak of one.
/// </summary>
internal static class AdmittedText
{
    private const string TokenVolume = "kube-api-access-";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="written">The object as the file has it: what is written there is no address that was given out.</param>
    public static string Of(JsonObject answer, JsonNode? written)
    {
        var bare = (JsonObject)answer.DeepClone();
        bare.Remove("status");
        if (bare["metadata"] is JsonObject metadata)
        {
            foreach (var key in (string[])["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"])
            {
                metadata.Remove(key);
            }

            if (metadata.Text("generateName") is { } prefix)
            {
                metadata["name"] = prefix + "…";
            }

            (metadata["annotations"] as JsonObject)?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        }

        if (bare.Text("kind") == "Secret")
        {
            foreach (var key in (string[])["data", "stringData"])
            {
                if (bare[key] is JsonObject data)
                {
                    bare[key] = new JsonObject(data.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)"(masked)")));
                }
            }
        }

        if (bare.Text("kind") == "Service" && bare["spec"] is JsonObject spec && (written as JsonObject)?["spec"] is JsonObject own)
        {
            foreach (var key in (string[])["clusterIP", "clusterIPs", "healthCheckNodePort"])
            {
                if (!own.ContainsKey(key))
                {
                    spec.Remove(key);
                }
            }

            foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
            {
                port.Remove("nodePort");
            }
        }

        Clean(bare);
        return bare.ToJsonString(Indented) + "\n";
    }

    private static void Clean(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                map.Remove("controller-uid");
                map.Remove("batch.kubernetes.io/controller-uid");
                if (map.Text("name") is { } variable && SecretName.Is(variable) && map["value"] is JsonValue)
                {
                    map["value"] = "(masked)";
                }

                if (map.Text("name") is { } name && name.StartsWith(TokenVolume, StringComparison.Ordinal))
                {
                    map["name"] = TokenVolume + "…";
                }

                foreach (var (_, value) in map.ToList())
                {
                    Clean(value);
                }

                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    Clean(element);
                }

                break;
        }
    }
}
