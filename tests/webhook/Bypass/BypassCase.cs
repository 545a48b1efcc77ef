using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>A request that somebody makes who wants a pod in that must not be; the same for the same number, for ever.</summary>
internal sealed class BypassCase
{
    private static readonly string[] Names = ["web-2", "Web", "wеb", "web ", "", "x", "web-", "exempt-2", "Exempt", "exеmpt", "exempt-", "kube-proxy"];
    private static readonly string[] Users =
    [
        "alice@example.com", "system:serviceaccount:kube-system:replicaset-controller", "system:serviceaccount:kube-system:deployment-controller",
        "system:serviceaccount:kube-system:job-controller", "system:serviceaccount:shop:replicaset-controller", "system:admin", "",
        "system:serviceaccount:kube-system:daemon-set-controller",
    ];

    private static readonly string[] Annotations =
    [
        "selfheal.io/ignore", "selfheal.io/exempt", "selfheal.io/mutated", "ignore-check.kube-linter.io/pss-privileged", "kube-linter.io/ignore-all",
        "pod-security.kubernetes.io/enforce", "policies.kyverno.io/exclude", "admission.gatekeeper.sh/ignore", "control-plane",
    ];

    private static readonly string[] Subresources = ["ephemeralcontainers", "resize", "", "", "", "foo"];
    private static readonly string[] Kinds = [.. Objects.PodPaths.Keys];

    private readonly Random random;

    public BypassCase(int number)
    {
        random = new Random(number);
        Old = Build();
        Root = random.Next(3) == 0 ? Old.DeepClone().AsObject() : Build(Text(Old, "apiVersion"), Text(Old, "kind"));
        if (random.Next(3) == 0)
        {
            Poison(Root);
        }

        Twist(Root);
        var scribe = new JsonScribe(random, random.Next(2) == 0, random.Next(3) == 0 ? 1 + random.Next(20) : 0, random.Next(20) == 0 ? 30 : 0);
        var text = scribe.Write(Root);
        HasTwins = scribe.HasTwins;
        IsUpdate = random.Next(3) == 0;
        IsWithoutOld = IsUpdate && random.Next(8) == 0;
        var isPod = Text(Root, "kind") == "Pod";
        Question = new()
        {
            Operation = IsUpdate ? "UPDATE" : "CREATE",
            Object = text,
            OldObject = IsWithoutOld ? null : IsUpdate || random.Next(10) == 0 ? Old.ToJsonString() : null,
            SubResource = isPod && IsUpdate ? Pick(Subresources) : "",
            Namespace = random.Next(20) == 0 ? null : Pick((string[])["shop", "attic", "kube-system-2"]),
            User = Pick(Users),
            DryRun = random.Next(4) == 0,
            Name = random.Next(5) == 0 ? Pick(Names) : null,
        };
    }

    /// <summary>The object that the request is about.</summary>
    public JsonObject Root { get; }

    public JsonObject Old { get; }

    public Question Question { get; }

    public bool HasTwins { get; }

    public bool IsUpdate { get; }

    public bool IsWithoutOld { get; }

    private JsonObject Build(string? apiVersion = null, string? kind = null)
    {
        var key = apiVersion is null ? Pick(Kinds) : Kinds.First(each => each == $"{apiVersion}/{kind}");
        if (apiVersion is null && random.Next(3) == 0)
        {
            key = random.Next(2) == 0 ? "v1/Pod" : "apps/v1/Deployment";
        }

        var root = Objects.Holder(key, random.Next(Objects.PodPaths[key].Length), Objects.RestrictedSpec(), Pick(Names));
        for (var i = random.Next(3); i > 0; i--)
        {
            Poison(root);
        }

        return root;
    }

    private void Poison(JsonObject root)
    {
        foreach (var (_, holder) in Objects.Pods(root))
        {
            if (holder["spec"] is JsonObject spec)
            {
                try
                {
                    Pick(PodPoisons.All).Apply(spec);
                }
                catch (InvalidOperationException)
                {
                    // A former twist has put something else where a container should be.
                }
            }
        }
    }

    /// <summary>What might make a reader look away: none of it changes what the API server sees, but by its own rules.</summary>
    private void Twist(JsonObject root)
    {
        for (var i = random.Next(6); i > 0; i--)
        {
            var maps = new List<JsonObject>();
            Collect(root, maps);
            var map = Pick(maps);
            var keys = map.Select(pair => pair.Key).Where(key => key is not ("apiVersion" or "kind")).ToArray();
            var key = keys.Length == 0 ? "x" : Pick(keys);
            switch (random.Next(16))
            {
                case 0:
                    map[Recased(key)] = map[key]?.DeepClone();
                    break;
                case 1:
                    map[Alike(key)] = random.Next(2) == 0 ? false : null;
                    break;
                case 2 when map != root:
                    map[key] = null;
                    break;
                case 3 when map != root:
                    map[key] = Pick<Func<JsonNode?>>([() => new JsonObject(), () => new JsonArray(), () => "", () => "true", () => 0, () => new JsonArray((JsonNode?)null), () => true])();
                    break;
                case 4:
                    map[$"{key}2"] = new JsonObject { [key] = map[key]?.DeepClone() };
                    break;
                case 5 when map["containers"] is JsonArray list:
                    map["containers "] = list.DeepClone();
                    break;
                case 6 when map["containers"] is JsonArray list && list.Count > 0:
                    list.Insert(0, Objects.RestrictedSpec()["containers"]![0]!.DeepClone());
                    break;
                case 7:
                    var metadata = root["metadata"] as JsonObject ?? [];
                    metadata["annotations"] = new JsonObject { [Pick(Annotations)] = "true" };
                    metadata["labels"] = new JsonObject { [Pick(Annotations)] = "pss-privileged" };
                    break;
                case 8 when root["metadata"] is JsonObject metadataOf:
                    metadataOf["ownerReferences"] = new JsonArray(new JsonObject
                    {
                        ["apiVersion"] = "apps/v1", ["kind"] = Pick((string[])["ReplicaSet", "Deployment", "DaemonSet"]), ["name"] = "exempt", ["uid"] = "1", ["controller"] = random.Next(3) > 0,
                    });
                    break;
                case 9 when root["metadata"] is JsonObject metadataOf:
                    metadataOf.Remove("name");
                    metadataOf["generateName"] = Pick((string[])["exempt", "exempt-", "web-"]);
                    break;
                case 10 when root["metadata"] is JsonObject metadataOf:
                    metadataOf["deletionTimestamp"] = "2026-01-01T00:00:00Z";
                    metadataOf["finalizers"] = new JsonArray("x/y");
                    break;
                case 11 when map["image"] is not null:
                    map["image"] = Pick((string[])["nginx", "NGINX:latest", "x:1@sha256:0", "", "registry.example.com:5000/x"]);
                    break;
                case 12:
                    map["hostUsers"] = random.Next(2) == 0;
                    break;
                case 13 when map["name"] is not null:
                    map["name"] = Pick((string[])["web", "", "a/b", "\u202eweb", "web\n", "web]", "[name=web]", "0"]);
                    break;
                case 14 when map["template"] is JsonObject template && map != root:
                    map["jobTemplate"] = template.DeepClone();
                    break;
                case 15:
                    root["status"] = new JsonObject { ["phase"] = "Running" };
                    root["items"] = new JsonArray(Objects.Pod());
                    break;
                default:
                    break;
            }
        }
    }

    private static void Collect(JsonNode? node, List<JsonObject> maps)
    {
        switch (node)
        {
            case JsonObject map:
                maps.Add(map);
                foreach (var (_, value) in map)
                {
                    Collect(value, maps);
                }

                break;
            case JsonArray list:
                foreach (var each in list)
                {
                    Collect(each, maps);
                }

                break;
            default:
                break;
        }
    }

    private string Recased(string key) => key.Length == 0 ? "X" : random.Next(2) == 0 ? key.ToUpperInvariant() : char.ToUpperInvariant(key[0]) + key[1..];

    private static string Alike(string key) => key.Replace('i', 'і').Replace('e', 'е').Replace('o', 'о') + (key.AsSpan().IndexOfAny('i', 'e', 'o') < 0 ? "\u200b" : "");

    private static string Text(JsonObject root, string key) => root[key]!.GetValue<string>();

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
