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

            if (change.IsAfter && Literal(change) is { } why)
            {
                return why;
            }
        }

        return Named(@case);
    }

    private static string? Literal(TreeChange change)
    {
        var before = Texts(change.Before).ToList();
        foreach (var text in Texts(change.After))
        {
            if (CredentialText.Find(Encoding.UTF8.GetBytes(text)) is { } kind)
            {
                return $"{change} has the form of {kind}";
            }

            // Only written otherwise, as a number in quotes is.
            if (before.Contains(text, StringComparer.Ordinal))
            {
                continue;
            }

            if (text.Length > 0 && IsNamedSecret(change) && !SecretText.IsReference(text))
            {
                return $"{change} is a literal where the name speaks of a secret";
            }

            if (SecretText.Find(text).Except(before.SelectMany(SecretText.Find)).FirstOrDefault() is { Name: { } name })
            {
                return $"{change} holds a literal for {name}, which speaks of a secret";
            }
        }

        // A credential may be the name of something just as well.
        return change.Path.Any(step => CredentialText.Find(Encoding.UTF8.GetBytes(step)) is not null) ? "a name in a path has the form of a credential" : null;
    }

    /// <summary>
    /// Values beside a name, as variables have them, wherever they stand: by the tree itself, for a path knows the name of
    /// an element only where no other has the same.
    /// </summary>
    private static string? Named(SafetyCase @case)
    {
        if (@case.Changes.Count == 0)
        {
            return null;
        }

        var before = new List<(string Name, string Value)>();
        var after = new List<(string Name, string Value)>();
        Collect(@case.Pair.BeforeTree, before);
        Collect(@case.Pair.AfterTree, after);
        foreach (var pair in before)
        {
            after.Remove(pair);
        }

        return after.Count > 0 ? $"{after[0].Name} is given a literal, and its name speaks of a secret" : null;
    }

    private static void Collect(JsonNode? node, List<(string Name, string Value)> found)
    {
        switch (node)
        {
            case JsonObject map:
                if ((SafetyCase.Text(map["name"]) ?? SafetyCase.Text(map["key"])) is { } name && SecretName.IsOfValue(name)
                    && map["value"] is JsonValue value && !IsFlag(value) && Scalar(value) is { Length: > 0 } text && !SecretText.IsReference(text))
                {
                    found.Add((name, text));
                }

                foreach (var (_, child) in map)
                {
                    Collect(child, found);
                }

                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    Collect(element, found);
                }

                break;
        }
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject map => map.SelectMany(entry => Texts(entry.Value)),
        JsonValue value => [Scalar(value)],
        _ => [],
    };

    private static string Scalar(JsonValue value) => SafetyCase.Text(value) ?? value.ToJsonString();

    private static bool IsFlag(JsonNode? node) => SafetyCase.IsTrue(node) || SafetyCase.IsFalse(node);

    /// <summary>By its own key, or for a <c>value</c> by whatever that is the value of.</summary>
    private static bool IsNamedSecret(TreeChange change)
    {
        if (IsFlag(change.After))
        {
            return false;
        }

        var above = change.LastKey is "value" or "literal" or "default" && change.Last == change.LastKey && change.Path.Count > 1 ? change.Path[^2] : "";
        return SecretName.IsOfValue(change.LastKey) || SecretName.IsOfValue(TreeChange.IsElement(above) ? above[1..^1] : above);
    }
}
