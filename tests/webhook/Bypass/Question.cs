using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>An AdmissionReview as the API server writes it, from texts, so that an object may hold what no serializer writes.</summary>
internal sealed record Question
{
    /// <summary>JSON of the object; null for none.</summary>
    public required string? Object { get; init; }

    /// <summary>JSON of the object as it was; null for none.</summary>
    public string? OldObject { get; init; }

    public string Operation { get; init; } = "CREATE";

    /// <summary>Empty for the object itself.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>Null for an object of the whole cluster.</summary>
    public string? Namespace { get; init; } = "shop";

    /// <summary>Null for what stands in the object's metadata.</summary>
    public string? Name { get; init; }

    public string User { get; init; } = "alice@example.com";

    public string Uid { get; init; } = "4f7f9b0e-1f1b-4d0e-8f63-3a6f6a5b7c11";

    public bool DryRun { get; init; }

    public static Question Create(JsonNode root) => new() { Object = root.ToJsonString() };

    public static Question Create(string json) => new() { Object = json };

    public static Question Update(JsonNode root, JsonNode old) =>
        new() { Operation = "UPDATE", Object = root.ToJsonString(), OldObject = old.ToJsonString() };

    public byte[] ToBytes()
    {
        var (group, version, kind, name) = Head();
        var resource = $"{kind.ToLowerInvariant()}s";
        return Encoding.UTF8.GetBytes($$"""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{
            "uid":{{Text(Uid)}},
            "kind":{"group":{{Text(group)}},"version":{{Text(version)}},"kind":{{Text(kind)}} },
            "resource":{"group":{{Text(group)}},"version":{{Text(version)}},"resource":{{Text(resource)}} },
            {{(SubResource.Length > 0 ? $"\"subResource\":{Text(SubResource)}," : "")}}
            {{((Name ?? name) is { } named ? $"\"name\":{Text(named)}," : "")}}
            {{(Namespace is null ? "" : $"\"namespace\":{Text(Namespace)},")}}
            "operation":{{Text(Operation)}},
            "userInfo":{"username":{{Text(User)}},"groups":["system:authenticated"]},
            "object":{{Object ?? "null"}},
            "oldObject":{{OldObject ?? "null"}},
            "dryRun":{{(DryRun ? "true" : "false")}},
            "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"} } }
            """);
    }

    /// <summary>What the API server states of the object beside it.</summary>
    private (string Group, string Version, string Kind, string? Name) Head()
    {
        var (apiVersion, kind, name) = ("v1", "Pod", (string?)null);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(Object ?? OldObject ?? "{}"), new JsonReaderOptions { MaxDepth = 20_000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2)
                {
                    continue;
                }

                var key = reader.GetString();
                var depth = reader.CurrentDepth;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                {
                    continue;
                }

                switch (key)
                {
                    case "apiVersion" when depth == 1:
                        apiVersion = reader.GetString()!;
                        break;
                    case "kind" when depth == 1:
                        kind = reader.GetString()!;
                        break;
                    case "name" when depth == 2 && name is null:
                        name = reader.GetString();
                        break;
                    default:
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The object is broken on purpose.
        }

        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind, name);
    }

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
