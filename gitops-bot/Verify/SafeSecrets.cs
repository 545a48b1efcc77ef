using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// No secret comes into the repository: nothing in the data of a Secret changes, no text comes that has the form of a
/// credential, and no literal where the name says that it is one. The value is never part of the answer.
/// </summary>
internal static class SafeSecrets
{
    private static readonly string[] Words = ["password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "credential", "privatekey", "private_key", "private-key", "access_key", "accesskey"];

    /// <summary>Names that only say where a secret is.</summary>
    private static readonly HashSet<string> References = new(StringComparer.Ordinal)
    {
        "secretName", "secretKeyRef", "secretRef", "imagePullSecrets", "automountServiceAccountToken", "serviceAccountToken", "secret", "secrets", "optional", "name", "key",
    };

    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (@case.Kind is "Secret" or "SealedSecret" or "ExternalSecret" && !change.StartsWith("metadata"))
            {
                return $"{change} of a {@case.Kind} is changed";
            }

            // As a secret's name can lead to another secret.
            if (change.Passes("secretKeyRef") || change.Passes("secretRef") || change.LastKey is "secretName")
            {
                return $"{change} is changed";
            }

            if (!change.IsAfter)
            {
                continue;
            }

            foreach (var text in Texts(change.After))
            {
                if (CredentialText.Find(Encoding.UTF8.GetBytes(text)) is { } kind)
                {
                    return $"{change} has the form of {kind}";
                }

                if (IsNamedSecret(change) && text.Length > 0 && !TemplateText.IsExpression(Encoding.UTF8.GetBytes(text)) && !text.StartsWith("$(", StringComparison.Ordinal))
                {
                    return $"{change} is a literal where the name speaks of a secret";
                }
            }

            // A credential may be the name of something just as well.
            if (change.Path.Any(step => CredentialText.Find(Encoding.UTF8.GetBytes(step)) is not null))
            {
                return "a name in a path has the form of a credential";
            }
        }

        return null;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject map => map.SelectMany(entry => Texts(entry.Value)),
        JsonValue value => [SafetyCase.Text(value) ?? value.ToJsonString()],
        _ => [],
    };

    private static bool IsNamedSecret(TreeChange change)
    {
        if (SafetyCase.IsTrue(change.After) || SafetyCase.IsFalse(change.After) || References.Contains(change.LastKey))
        {
            return false;
        }

        // env: [{name: DB_PASSWORD, value: …}], and keys of maps.
        var name = change.LastKey == "value" && change.Path.Count > 1 ? change.Path[^2] : change.LastKey;
        return Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
