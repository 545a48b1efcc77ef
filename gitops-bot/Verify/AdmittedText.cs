using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// An answer of the server as text to be compared: without what differs from one dry run to the next (versions, times,
/// names and addresses that are given out), without status, and without the data of Secrets, what stands behind a name that
/// speaks of one, and what has the form of a credential.
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

                foreach (var (key, value) in map.ToList())
                {
                    if (SafetyCase.Text(value) is { } text && Shown(text, isSecret: SecretName.IsOfValue(key)) is var shown && shown != text)
                    {
                        map[key] = shown;
                    }

                    Clean(map[key]);
                }

                break;
            case JsonArray list:
                var before = "";
                for (var i = 0; i < list.Count; i++)
                {
                    // An option, and its value as a word of its own.
                    var text = SafetyCase.Text(list[i]);
                    if (text is not null && Shown(text, isSecret: SecretName.IsOption(before)) is var shown && shown != text)
                    {
                        list[i] = shown;
                    }

                    before = text ?? "";
                    Clean(list[i]);
                }

                break;
        }
    }

    private static string Shown(string text, bool isSecret) =>
        (isSecret && text.Length > 0 && !SecretText.IsReference(text)) || CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null ? "(masked)" : SecretText.Masked(text);
}
