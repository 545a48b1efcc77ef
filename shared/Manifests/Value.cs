using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>What an edit writes: a scalar, or a small tree. Immutable, and equal by content.</summary>
public abstract record Value
{
    private Value()
    {
    }

    public sealed record Text(string Content) : Value;

    /// <summary>A whole number.</summary>
    public sealed record Number(long Content) : Value;

    public sealed record Boolean(bool Content) : Value;

    /// <summary>Entries in the order in which they are written.</summary>
    public sealed record Map(EquatableArray<KeyValuePair<string, Value>> Entries) : Value;

    public sealed record List(EquatableArray<Value> Elements) : Value;

    public static implicit operator Value(string content) => new Text(content);

    public static implicit operator Value(bool content) => new Boolean(content);

    public static implicit operator Value(long content) => new Number(content);

    public JsonNode ToJson()
    {
        switch (this)
        {
            case Text(var content):
                return JsonValue.Create(content);
            case Number(var content):
                return JsonValue.Create(content);
            case Boolean(var content):
                return JsonValue.Create(content);
            case Map(var entries):
                var map = new JsonObject();
                foreach (var (key, value) in entries)
                {
                    map[key] = value.ToJson();
                }

                return map;
            case List(var elements):
                var list = new JsonArray();
                foreach (var element in elements)
                {
                    list.Add(element.ToJson());
                }

                return list;
            default:
                throw new InvalidOperationException($"no JSON form for {GetType().Name}");
        }
    }
}
