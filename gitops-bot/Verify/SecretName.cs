using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// THE ONE LIST of words by which names of variables, fields and options speak of a secret: for the gate that lets no
/// literal in, for what a model is shown, and for what a pull request quotes.
/// </summary>
internal static partial class SecretName
{
    /// <summary>Names of Kubernetes that say where a secret is, or how it is handed over, and hold none.</summary>
    private static readonly FrozenSet<string> Fields = FrozenSet.Create(
        StringComparer.Ordinal,
        "secretName", "secretKeyRef", "secretRef", "imagePullSecrets", "automountServiceAccountToken", "serviceAccountToken", "secretProviderClass", "tokenExpirationSeconds");

    /// <summary>True for <c>DB_PASSWORD</c>, <c>db_pass</c>, <c>MYSQL_PWD</c>, <c>sasKey</c>, <c>--token</c>; false for the names of Kubernetes that lead to a secret.</summary>
    public static bool Is(string name)
    {
        if (name.Length == 0 || Fields.Contains(name))
        {
            return false;
        }

        // Words within words: a name may be written as one.
        if (Anywhere().IsMatch(name))
        {
            return true;
        }

        var words = Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        for (var i = 0; i < words.Count; i++)
        {
            if (Alone().IsMatch(words[i]) || (words[i] == "auth" && i == words.Count - 1) || (words[i] is "key" or "keys" && i > 0 && BeforeKey().IsMatch(words[i - 1])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where a secret itself stands behind the name: not for those that end by saying that they hold its place, <c>PASSWORD_FILE</c>, <c>tokenSecretRef</c>.</summary>
    public static bool IsOfValue(string name) => Is(name) && !OfPlace().IsMatch(name);

    /// <summary>An option whose value is the next word, and a secret itself: <c>--password</c>.</summary>
    public static bool IsOption(string word) => word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal) && IsOfValue(word);

    [GeneratedRegex("passw|pswd|passphrase|secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Anywhere();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex("^(?:.*(?<!by|com|tres|over|under|sur)pass|.*pwd|pw|creds?|sas|sig|signature|otp|hmac|jwt|bearer)$")]
    private static partial Regex Alone();

    [GeneratedRegex("^(?:api|access|private|secret|sas|account|storage|shared|signing|encryption|master|service|session|ssh|ssl|tls|aes|rsa|gpg|deploy|license|client|crypt|hash|host)$")]
    private static partial Regex BeforeKey();

    [GeneratedRegex("(?:[-_.]|(?<=[a-z]))(?:Name|NAME|name|Ref|REF|ref|File|FILE|file|Path|PATH|path|Namespace|NAMESPACE|namespace)$")]
    private static partial Regex OfPlace();
}
