namespace SelfHealGitOps.Cluster;

/// <summary>What may stand in the header <c>Authorization: Bearer …</c>; anything else could end the header and begin another.</summary>
internal static class BearerText
{
    public static bool IsValid(string token) => token.Length is > 0 and <= 64 * 1024 && token.All(character => character is > ' ' and < '\x7f');
}
