using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What a finding is called in pull requests and issues, so that one that was declined is known again. Its first half says
/// which finding it is, its second what it was about: with another second half it is the same place, and another question.
/// </summary>
internal readonly record struct FindingId(string Identity, string Content)
{
    private const int IdentityLength = 12;
    private const int ContentLength = 8;

    public override string ToString() => $"{Identity}-{Content}";

    public static bool TryParse(string text, [NotNullWhen(true)] out FindingId id)
    {
        var parts = text.Split('-');
        id = parts.Length == 2 ? new(parts[0], parts[1]) : default;
        return parts.Length == 2 && parts[0].Length == IdentityLength && parts[1].Length == ContentLength && parts.All(part => part.All(char.IsAsciiHexDigitLower));
    }

    /// <summary>The ids of one file's findings.</summary>
    /// <param name="mended">
    /// The file with every fix of the rules carried out. By it and not by the file as it is, so that one merged pull request
    /// of ours does not bring back the findings of another that was closed: whatever the bot may still do has no part in it.
    /// </param>
    public static IReadOnlyDictionary<FindingKey, FindingId> Of(IReadOnlyList<Finding> findings, FindingFingerprints fingerprints, SourceText mended)
    {
        var objects = FileReading.Read(new ManifestReader(), mended, isNamed: false).Documents
            .Where(reading => reading.Kind == DocumentKind.Manifest)
            .SelectMany(reading => reading.Document.Manifests().Select(manifest => (Place: (reading.Document.Index, manifest.Item), manifest.Root)))
            .ToDictionary(each => each.Place, each => CanonicalJson.Of(JsonTree.ToJson(each.Root)));
        var ids = new Dictionary<FindingKey, FindingId>();
        foreach (var finding in findings)
        {
            var content = $"{finding.Rule.Id}\n{objects.GetValueOrDefault((finding.Origin.Document, finding.Origin.Item))}";
            ids[finding.Key] = new(
                fingerprints.Of(finding)[..IdentityLength],
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..ContentLength]);
        }

        return ids;
    }
}
