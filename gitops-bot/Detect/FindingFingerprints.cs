using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// What findings are recognised by from one run to the next, and in other tools: the rule, the file, the object and the
/// path by merge keys. Lines, indices and API versions may change without making a finding a new one; of several equal
/// ones, each is told apart by how many come before it. Baselines and code scanners keep fingerprints: what they are
/// made of does not change.
/// </summary>
/// <param name="repository">Where names begin; null for the repository around the root.</param>
internal sealed class FindingFingerprints(string? root, IReadOnlyList<FileScan> files, RepositoryRoot? repository = null)
{
    private readonly Lazy<RepositoryRoot> repository = new(() => repository ?? RepositoryRoot.Of(root));
    private Dictionary<Finding, string>? known;

    /// <summary>The fingerprint of a finding of these files: 32 hexadecimal digits.</summary>
    public string Of(Finding finding) => (known ??= All()).TryGetValue(finding, out var text) ? text : Hash(Identity(finding), 0);

    /// <summary>A file's name from the root of its repository.</summary>
    public string NameOf(string file) => repository.Value.NameOf(root, file);

    /// <summary>The file of that name.</summary>
    public string PathOf(string name) => Path.Combine(repository.Value.Folder, name);

    /// <param name="twin">How many of the same identity come before.</param>
    public static string Hash(string identity, int twin) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}\n{twin}")))[..32];

    private Dictionary<Finding, string> All()
    {
        // By reference: two findings that say the same are still two.
        var all = new Dictionary<Finding, string>(ReferenceEqualityComparer.Instance);
        var twins = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in files.SelectMany(file => file.Findings.Concat(file.Fixed).Concat(file.Exempted.Select(exempted => exempted.Finding))))
        {
            var identity = Identity(finding);
            var twin = twins.GetValueOrDefault(identity);
            twins[identity] = twin + 1;
            all[finding] = Hash(identity, twin);
        }

        return all;
    }

    private string Identity(Finding finding) => string.Join(
        '\n', finding.Rule.Id, NameOf(finding.Origin.File), finding.Object.Kind, finding.Object.Namespace, finding.Object.Name, WithoutIndices(finding.Path));

    internal static FieldPath WithoutIndices(FieldPath path) => path.Steps.Any(step => step is PathStep.Index)
        ? new([.. path.Steps.Select(step => step is PathStep.Index ? new PathStep.Element([]) : step)])
        : path;
}
