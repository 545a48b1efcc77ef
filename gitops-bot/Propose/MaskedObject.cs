using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>
/// An object as a model may see it: without comments, and without the values in which secrets live. Values of environment
/// variables, of Secrets and ConfigMaps, of annotations and headers, and the words of commands never leave, whatever they
/// look like; what else looks like a credential does not, either.
/// </summary>
internal sealed partial class MaskedObject
{
    public const string Mask = "[masked]";

    private const int LongestText = 256;

    private const int MostDepth = 40;

    private readonly HashSet<string> secrets = new(StringComparer.Ordinal);
    private readonly JsonNode? json;

    public MaskedObject(Field root)
    {
        Collect(root, "", isSecret: false, 0);
        json = Show(root, "", isHidden: false, 0);
    }

    public JsonNode? Json => json?.DeepClone();

    /// <summary>The same for a text that quotes the object.</summary>
    public string Scrub(string text)
    {
        foreach (var secret in secrets.OrderByDescending(secret => secret.Length))
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return CredentialText.Find(Encoding.UTF8.GetBytes(text)) is null ? text : Mask;
    }

    /// <summary>What the masked places hold, so that it is taken out elsewhere, too.</summary>
    private void Collect(Field field, string key, bool isSecret, int depth)
    {
        if (depth > MostDepth)
        {
            return;
        }

        if (field.Text is { } text)
        {
            if (text.Length >= 6 && (isSecret || IsSecretName(key) || LooksSecret(text)))
            {
                secrets.Add(text);
                if (Decoded(text) is { Length: >= 6 } decoded)
                {
                    secrets.Add(decoded);
                }
            }

            return;
        }

        var isOfSecret = field["kind"].Text == "Secret";
        var isNamedSecret = field["name"].Text is { } name && IsSecretName(name);
        foreach (var entry in field.Entries)
        {
            Collect(entry.Value, entry.Key, isSecret || (isOfSecret && entry.Key is "data" or "stringData") || (isNamedSecret && entry.Key == "value"), depth + 1);
        }

        foreach (var element in field.Elements)
        {
            Collect(element, key, isSecret, depth + 1);
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
            : isHidden || IsSecretName(key) || text.Length > LongestText ? Mask
            : field.Kind == NodeKind.Boolean ? field.IsTrue
            : field.Integer is { } number && field.Kind == NodeKind.Number ? number
            : Scrub(text);
    }

    private static bool Hides(string key, Field value) =>
        key is "data" or "stringData" or "binaryData" or "annotations" or "command" or "args" || (key is "value" && !value.IsMap);

    /// <summary>Names of places for credentials; the name of a Secret is none.</summary>
    private static bool IsSecretName(string name) => name is not ("secretName" or "automountServiceAccountToken" or "serviceAccountToken") && SecretName().IsMatch(name);

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

    [GeneratedRegex("passw|pwd|secret|token|credential|api_?-?key|access_?-?key|private_?-?key|passphrase|auth$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
