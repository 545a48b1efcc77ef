using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>
/// An object as a model may see it: without comments, and without the values in which secrets live. Values of environment
/// variables, of Secrets and ConfigMaps, of annotations and headers, and the words of commands never leave, whatever they
/// look like; what else looks like a credential, or stands behind a name that speaks of one, does not, either. What is
/// masked in one place is masked in every other.
/// </summary>
internal sealed class MaskedObject
{
    public const string Mask = SecretText.Mask;

    private const int LongestText = 256;

    private const int MostDepth = 40;

    /// <summary>Shorter ones are words and numbers that stand everywhere, and say nothing.</summary>
    private const int ShortestSecret = 6;

    private readonly HashSet<string> secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly JsonNode? json;
    private readonly SearchValues<string> known;
    private readonly Dictionary<string, string[]> byHead;

    public MaskedObject(Field root)
    {
        Collect(root, "", isHidden: false, isNamed: false, 0);

        // What a finding says of an object, it says by these.
        secrets.ExceptWith(names);
        known = SearchValues.Create([.. secrets], StringComparison.Ordinal);
        byHead = secrets.GroupBy(secret => secret[..ShortestSecret], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderByDescending(secret => secret.Length).ToArray(), StringComparer.Ordinal);
        json = Show(root, "", isHidden: false, 0);
    }

    public JsonNode? Json => json?.DeepClone();

    /// <summary>The same for a text that quotes the object.</summary>
    public string Scrub(string text)
    {
        text = WithoutKnown(SecretText.Masked(text));
        return CredentialText.Find(Encoding.UTF8.GetBytes(text)) is null ? text : Mask;
    }

    private string WithoutKnown(string text)
    {
        var at = text.AsSpan().IndexOfAny(known);
        if (at < 0)
        {
            return text;
        }

        var scrubbed = new StringBuilder();
        var next = 0;
        while (at >= 0)
        {
            scrubbed.Append(text, next, at - next).Append(Mask);
            next = EndOf(text, at);

            // One that begins inside of another takes its own end along.
            for (int inner; (inner = text.AsSpan(at + 1).IndexOfAny(known)) >= 0 && at + 1 + inner < next;)
            {
                at += 1 + inner;
                next = Math.Max(next, EndOf(text, at));
            }

            var rest = text.AsSpan(next).IndexOfAny(known);
            at = rest < 0 ? -1 : next + rest;
        }

        return scrubbed.Append(text, next, text.Length - next).ToString();
    }

    private int EndOf(string text, int at) =>
        at + byHead[text.Substring(at, ShortestSecret)].First(secret => text.AsSpan(at).StartsWith(secret, StringComparison.Ordinal)).Length;

    /// <summary>What the masked places hold, so that it is taken out elsewhere, too.</summary>
    private void Collect(Field field, string key, bool isHidden, bool isNamed, int depth)
    {
        if (depth > MostDepth)
        {
            return;
        }

        if (field.Text is { } text)
        {
            if (key is "name" or "namespace" && !isHidden)
            {
                names.Add(text);
            }

            if (isHidden || isNamed || SecretName.Is(key) || LooksSecret(text))
            {
                Add(text);

                // --mode=value: the option says what it is, and the value may stand by itself elsewhere.
                if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                {
                    Add(text[(equals + 1)..]);
                }

                if (Decoded(text) is { } decoded)
                {
                    Add(decoded);
                }
            }

            foreach (var (_, value) in SecretText.Find(text))
            {
                Add(value);
            }

            return;
        }

        var isNamedSecret = field["name"].Text is { } name && SecretName.Is(name);
        foreach (var entry in field.Entries)
        {
            Collect(entry.Value, entry.Key, isHidden || Hides(entry.Key, entry.Value), isNamed || (isNamedSecret && entry.Key == "value"), depth + 1);
        }

        foreach (var element in field.Elements)
        {
            Collect(element, key, isHidden, isNamed, depth + 1);
        }
    }

    private void Add(string text)
    {
        if (text.Length >= ShortestSecret)
        {
            secrets.Add(text);
        }
    }

    private JsonNode? Show(Field field, string key, bool isHidden, int depth)
    {
        if (depth > MostDepth)
        {
            return Mask;
        }

        if (field.IsMap)
        {
            var map = new JsonObject();
            foreach (var entry in field.Entries)
            {
                var name = Scrub(entry.Key);
                map[name.Length > LongestText ? Mask : name] = Show(entry.Value, entry.Key, isHidden || Hides(entry.Key, entry.Value), depth + 1);
            }

            return map;
        }

        if (field.IsList)
        {
            var list = new JsonArray();
            foreach (var element in field.Elements)
            {
                list.Add(Show(element, key, isHidden, depth + 1));
            }

            return list;
        }

        return field.Text is not { } text ? null
            : isHidden || SecretName.Is(key) || text.Length > LongestText ? Mask
            : field.Kind == NodeKind.Boolean ? field.IsTrue
            : field.Integer is { } number && field.Kind == NodeKind.Number ? number
            : Scrub(text);
    }

    private static bool Hides(string key, Field value) =>
        key is "data" or "stringData" or "binaryData" or "annotations" or "command" or "args" or "entrypoint" or "cmd" or "volumeAttributes"
        || (key is "value" && !value.IsMap);

    private static bool LooksSecret(string text) => CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null || LooksRandom(text);

    /// <summary>One long word of letters in both cases and of digits, as keys are; digests and names are in one case.</summary>
    private static bool LooksRandom(string text) =>
        text.Length >= 20 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '_' or '-')
        && text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower);

    private static string? Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written).Trim() : null;
    }
}
