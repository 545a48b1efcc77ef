using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>Writes a tree in one of the many ways that JSON has of saying the same.</summary>
internal sealed class JsonScribe(Random random, bool shuffles, int escapesOneIn, int twinsOneIn)
{
    private readonly StringBuilder text = new();

    /// <summary>True when some key was written twice: no reader agrees with the next on what such a text says.</summary>
    public bool HasTwins { get; private set; }

    public string Write(JsonNode? node)
    {
        text.Clear();
        Value(node);
        return text.ToString();
    }

    private void Value(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                text.Append('{');
                var keys = map.Select(pair => pair.Key).ToArray();
                if (shuffles)
                {
                    random.Shuffle(keys);
                }

                for (var i = 0; i < keys.Length; i++)
                {
                    text.Append(i == 0 ? "" : ",").Append(Blank());
                    if (twinsOneIn > 0 && random.Next(twinsOneIn) == 0)
                    {
                        HasTwins = true;
                        String(keys[i]);
                        text.Append(random.Next(2) == 0 ? ":null," : ":false,");
                    }

                    String(keys[i]);
                    text.Append(Blank()).Append(':').Append(Blank());
                    Value(map[keys[i]]);
                }

                text.Append(Blank()).Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",").Append(Blank());
                    Value(list[i]);
                }

                text.Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                String(value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private void String(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\' || c < ' ' || (escapesOneIn > 0 && random.Next(escapesOneIn) == 0))
            {
                var digits = ((int)c).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture);
                text.Append("\\u").Append(digits);
            }
            else
            {
                text.Append(c);
            }
        }

        text.Append('"');
    }

    private string Blank() => shuffles && random.Next(8) == 0 ? ((string[])[" ", "\n", "\t", "\r\n"])[random.Next(4)] : "";
}
