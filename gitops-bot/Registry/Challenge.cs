using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>How a registry wants to be spoken to: a scheme in <c>WWW-Authenticate</c>, with its parameters.</summary>
internal sealed partial record Challenge(string Scheme, string? Realm, string? Service)
{
    /// <summary>The first one that we can answer, Bearer before Basic; null where there is none.</summary>
    public static Challenge? Find(IEnumerable<string> headers)
    {
        var all = headers.Where(header => header.Length <= 8192).SelectMany(Read).ToList();
        return all.Find(challenge => challenge.Scheme == "bearer" && challenge.Realm is not null) ?? all.Find(challenge => challenge.Scheme == "basic");
    }

    private static IEnumerable<Challenge> Read(string header)
    {
        Challenge? current = null;
        foreach (Match match in Part().Matches(header))
        {
            if (match.Groups["scheme"].Success)
            {
                if (current is not null)
                {
                    yield return current;
                }

                current = new(match.Groups["scheme"].Value.ToLowerInvariant(), null, null);
            }
            else if (current is not null)
            {
                var value = match.Groups["quoted"].Success ? Escaped().Replace(match.Groups["quoted"].Value, "$1") : match.Groups["plain"].Value;
                current = match.Groups["name"].Value.ToLowerInvariant() switch
                {
                    "realm" => current with { Realm = value },
                    "service" => current with { Service = value },
                    _ => current,
                };
            }
        }

        if (current is not null)
        {
            yield return current;
        }
    }

    [GeneratedRegex("""(?<name>[A-Za-z_]+)\s*=\s*("(?<quoted>(\\.|[^"\\])*)"|(?<plain>[^\s,"]+))|(?<scheme>[A-Za-z][A-Za-z0-9-]*)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Part();

    [GeneratedRegex(@"\\(.)", RegexOptions.NonBacktracking)]
    private static partial Regex Escaped();
}
