using System.Text;
using System.Text.Json;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>One edit as a model wrote it: nothing of it has been believed.</summary>
/// <param name="Value">Undefined where there was none.</param>
internal sealed record ModelEdit(string Finding, string Path, string Op, JsonElement Value, string Why);

/// <summary>The edits of an answer, or why it is none.</summary>
internal abstract record ModelReply
{
    /// <summary>Larger answers are not searched for JSON between their words.</summary>
    private const int MostCharacters = 64 << 10;

    /// <summary>Braces that begin no object, after which the rest is not searched: each costs a reading of what follows.</summary>
    private const int MostFalseStarts = 64;

    private const int MostEdits = 32;

    private const int MostWhy = 500;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 16 };

    private static readonly JsonDocumentOptions Document = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private ModelReply()
    {
    }

    public sealed record Edits(IReadOnlyList<ModelEdit> All) : ModelReply;

    public sealed record Refused(string Why) : ModelReply;

    /// <summary>Reads an answer, also one in a fence or among words, as long as just one object in it can be meant. Never throws.</summary>
    public static ModelReply Read(string answer)
    {
        if (answer.Length > MostCharacters)
        {
            return new Refused($"the answer has more than {MostCharacters} characters");
        }

        try
        {
            var found = Objects(Encoding.UTF8.GetBytes(answer));
            switch (found.Count)
            {
                case 0:
                    return new Refused("the answer holds no JSON object with edits");
                case > 1:
                    return new Refused($"the answer holds {found.Count} JSON objects with edits; must be one alone");
                default:
                    using (var document = JsonDocument.Parse(found[0], Document))
                    {
                        return Read(document.RootElement);
                    }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            return new Refused("the answer's JSON cannot be read: a key twice, too deep, or text that is no Unicode");
        }
    }

    /// <summary>The outermost objects that have a key <c>edits</c>.</summary>
    private static List<ReadOnlyMemory<byte>> Objects(byte[] text)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        var falseStarts = 0;
        for (var at = Array.IndexOf(text, (byte)'{'); at >= 0 && found.Count < 2 && falseStarts < MostFalseStarts;)
        {
            var next = at + 1;
            var reader = new Utf8JsonReader(text.AsSpan(at), isFinalBlock: false, new JsonReaderState(Strict));
            try
            {
                var hasEdits = false;
                while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0))
                {
                    hasEdits |= reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("edits"u8);
                }

                if (reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 })
                {
                    next = at + (int)reader.BytesConsumed;
                    if (hasEdits)
                    {
                        found.Add(text.AsMemory(at, next - at));
                    }
                }
                else
                {
                    falseStarts++;
                }
            }
            catch (JsonException)
            {
                // Not the beginning of an object; a later brace may be one.
                falseStarts++;
            }

            at = next < text.Length ? Array.IndexOf(text, (byte)'{', next) : -1;
        }

        return found;
    }

    private static ModelReply Read(JsonElement root)
    {
        if (root.EnumerateObject().Count() != 1 || root.GetProperty("edits") is not { ValueKind: JsonValueKind.Array } list)
        {
            return new Refused("the answer must be an object with the list edits and nothing else");
        }

        if (list.GetArrayLength() > MostEdits)
        {
            return new Refused($"the answer has {list.GetArrayLength()} edits; must be at most {MostEdits}");
        }

        var edits = new List<ModelEdit>();
        foreach (var element in list.EnumerateArray())
        {
            if (ReadEdit(element) is not { } edit)
            {
                return new Refused($"edit {edits.Count + 1} must have the texts finding, path, op and why, a value, and nothing else");
            }

            edits.Add(edit);
        }

        return new Edits(edits);
    }

    private static ModelEdit? ReadEdit(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var value = default(JsonElement);
        foreach (var entry in element.EnumerateObject())
        {
            switch (entry.Name)
            {
                case "finding" or "path" or "op" or "why" when entry.Value.ValueKind == JsonValueKind.String:
                    texts[entry.Name] = entry.Value.GetString()!;
                    break;
                case "value":
                    value = entry.Value.Clone();
                    break;
                default:
                    return null;
            }
        }

        return texts.Count == 4 && texts["why"].Length <= MostWhy && texts["op"] is "set" or "append" or "remove"
            ? new(texts["finding"], texts["path"], texts["op"], value, texts["why"])
            : null;
    }
}
