using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What a finding is called in pull requests and issues, so that one that was declined is known again. Its first half says
/// which finding of which object it is, its second how the object was: with another second half it is another question. In
/// which file the object lies is no part of it.
/// </summary>
internal readonly record struct FindingId(string Identity, string Content)
{
    private const int IdentityLength = 12;

    public override string ToString() => $"{Identity}-{Content}";

    public static bool TryParse(string text, [NotNullWhen(true)] out FindingId id)
    {
        var parts = text.Split('-');
        id = parts.Length == 2 ? new(parts[0], parts[1]) : default;
        return parts.Length == 2 && parts[0].Length == IdentityLength && ObjectContents.IsOne(parts[1]) && parts[0].All(char.IsAsciiHexDigitLower);
    }

    /// <summary>The ids of one file's findings.</summary>
    /// <param name="contents">Of the file as it is.</param>
    public static IReadOnlyDictionary<FindingKey, FindingId> Of(IReadOnlyList<Finding> findings, ObjectContents contents)
    {
        var ids = new Dictionary<FindingKey, FindingId>();
        var twins = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            var text = string.Join('\n', finding.Rule.Id, finding.Object.Kind, finding.Object.Namespace, finding.Object.Name, FindingFingerprints.WithoutIndices(finding.Path));
            var twin = twins.GetValueOrDefault(text);
            twins[text] = twin + 1;
            ids[finding.Key] = new(FindingFingerprints.Hash(text, twin)[..IdentityLength], contents.Of(finding.Origin.Document, finding.Origin.Item));
        }

        return ids;
    }

    /// <summary>What a file is called in notes.</summary>
    public static string OfFile(string file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)))[..ObjectContents.Length];
}
