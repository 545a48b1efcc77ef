using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Admission;

/// <summary>Objects as an API server hands them on; each call makes a new one. Compliant with profile <c>default</c> unless changed.</summary>
internal static class Samples
{
    public static JsonObject Container(string name = "web") => Parse(
        $$$"""
        {
          "name": "{{{name}}}", "image": "registry.example.com/shop/{{{name}}}:v1.2.3",
          "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "64Mi"}},
          "securityContext": {
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true, "runAsUser": 10001,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}
          }
        }
        """);

    public static JsonObject PodSpec(params JsonObject[] containers) => new()
    {
        ["containers"] = new JsonArray([.. (containers.Length == 0 ? [Container()] : containers).Select(each => (JsonNode)each)]),
        ["securityContext"] = Parse("""{"runAsNonRoot": true, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}}"""),
    };

    public static JsonObject Pod(JsonObject? spec = null) => Object("v1", "Pod", spec ?? PodSpec());

    public static JsonObject Deployment(JsonObject? podSpec = null) => Object("apps/v1", "Deployment", new JsonObject
    {
        ["replicas"] = 1,
        ["selector"] = Parse("""{"matchLabels": {"app": "web"}}"""),
        ["template"] = new JsonObject { ["metadata"] = Parse("""{"labels": {"app": "web"}}"""), ["spec"] = podSpec ?? PodSpec() },
    });

    public static JsonObject Object(string apiVersion, string kind, JsonObject spec) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = Parse("""{"name": "web", "namespace": "shop", "labels": {"app": "web"}}"""),
        ["spec"] = spec,
    };

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>The spec of a Deployment's pods.</summary>
    public static JsonObject PodSpecOf(this JsonObject deployment) => deployment["spec"]!["template"]!["spec"]!.AsObject();

    public static JsonObject FirstContainer(this JsonObject podSpec) => podSpec["containers"]![0]!.AsObject();

    public static JsonObject Changed(this JsonObject original, Action<JsonObject> change)
    {
        var copy = original.DeepClone().AsObject();
        change(copy);
        return copy;
    }
}
