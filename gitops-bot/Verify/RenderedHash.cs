using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The objects of a file as one number, whatever the layout of its text: SHA-256 over each object as
/// <see cref="CanonicalJson"/> in the file's order, with a line feed behind each.
/// </summary>
internal static class RenderedHash
{
    /// <returns>64 hexadecimal digits in lower case.</returns>
    public static string Of(IEnumerable<JsonNode?> objects)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var each in objects)
        {
            hash.AppendData(CanonicalJson.BytesOf(each).Span);
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
