using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>A file of the base branch, and what is wrong with it.</summary>
/// <param name="Findings">What counts: neither exempt nor declined. In their order.</param>
internal sealed record FileFindings(SourceText Source, IReadOnlyList<Finding> Findings)
{
    private IReadOnlyDictionary<(int Document, int? Item), Field>? roots;

    public string File => Source.File;

    /// <summary>The object that a finding is about; absent where the file has changed under it.</summary>
    public Field RootOf(Finding finding)
    {
        roots ??= FileReading.Read(new ManifestReader(), Source, isNamed: false).Documents
            .Where(reading => reading.Kind == DocumentKind.Manifest)
            .SelectMany(reading => reading.Document.Manifests().Select(manifest => (Place: (reading.Document.Index, manifest.Item), manifest.Root)))
            .ToDictionary(each => each.Place, each => each.Root);
        return roots.GetValueOrDefault((finding.Origin.Document, finding.Origin.Item));
    }
}
