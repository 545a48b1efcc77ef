namespace SelfHealGitOps.Bot.Registry;

/// <summary>Hosts with their ports, as the owner writes them.</summary>
internal static class Hosts
{
    /// <summary>In lower case, without the port that the scheme implies.</summary>
    public static string Of(Uri url) => url.Authority.ToLowerInvariant();
}
