using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// A short name for a refusal: the same for the same rules at the same places of the same object, whichever replica
/// answers and however often it is tried.
/// </summary>
internal static class FixId
{
    private const int Digits = 10;

    public static string Of(ObjectIdentity identity, IReadOnlyList<Finding> findings)
    {
        var lines = new string[findings.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = string.Concat(findings[i].Rule.Id, "\n", findings[i].Path.ToString());
        }

        Array.Sort(lines, StringComparer.Ordinal);
        var text = $"{identity.ApiVersion}\n{identity.Kind}\n{identity.Namespace}\n{identity.Name}\n{string.Join('\n', lines)}";
        return $"d-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Digits]}";
    }
}
