using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>Reviews as an API server sends them.</summary>
internal static class Review
{
    public static readonly string GoodPod = Pod(
        """
        {"name":"web","image":"registry.example.com/web:1.2.3","imagePullPolicy":"IfNotPresent","ports":[{"containerPort":8080}],
         "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"200m","memory":"64Mi"}},
         "livenessProbe":{"tcpSocket":{"port":8080}},"readinessProbe":{"tcpSocket":{"port":8080}},
         "securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"runAsNonRoot":true,"privileged":false,
                            "capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}
        """);

    /// <summary>Refused by the default profile, for more than one rule.</summary>
    public static readonly string PrivilegedPod = Pod("""{"name":"web","image":"registry.example.com/web:1.2.3","securityContext":{"privileged":true}}""");

    public static string Of(JsonNode @object, string operation = "CREATE", bool dryRun = false, string user = "ann") => new JsonObject
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = @object["kind"]!.GetValue<string>() },
            ["namespace"] = @object["metadata"]?["namespace"]?.DeepClone() ?? "shop",
            ["operation"] = operation,
            ["userInfo"] = new JsonObject { ["username"] = user },
            ["object"] = @object.DeepClone(),
            ["oldObject"] = null,
            ["dryRun"] = dryRun,
        },
    }.ToJsonString();

    public static JsonNode PodObject(string container, string name = "web", string @namespace = "shop") => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["spec"] = new JsonObject
        {
            ["automountServiceAccountToken"] = false,
            ["serviceAccountName"] = "web",
            ["securityContext"] = new JsonObject { ["runAsNonRoot"] = true, ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
            ["containers"] = new JsonArray(JsonNode.Parse(container)),
        },
    };

    private static string Pod(string container) => Of(PodObject(container));
}
